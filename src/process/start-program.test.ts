import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import type { Program, StartOptions } from "./program.ts";
import { startProgram } from "./start-program.ts";

const PIPES: StartOptions = { env: process.env, stdio: ["pipe", "pipe", "pipe"] };

/** To its end, with what it said. */
async function all(program: Program) {
  const ended = new Promise<{ status: number | null; by: string | null }>((settle, refuse) => {
    program.once("error", refuse);
    program.once("close", (status, by) => settle({ status, by }));
  });
  const said = [program.stdout, program.stderr].map((stream) => (stream === null ? "" : text(stream)));
  return { ...(await ended), out: await said[0], err: await said[1] };
}
const run = (argv: [string, ...string[]], options: Partial<StartOptions> = {}) =>
  startProgram(argv, { ...PIPES, ...options });

test("what is written to it comes to it, and what it says and how it ended comes back", async () => {
  const program = run(["sh", "-c", "cat; echo oops >&2; exit 3"]);
  program.stdin!.end("hello");

  expect(await all(program)).toEqual({ status: 3, by: null, out: "hello", err: "oops\n" });
  expect(program).toMatchObject({ exitCode: 3, signalCode: null });
});

test("what is heard instead of read comes whole and in order, and the end after it", async () => {
  const heard: string[] = [];
  const program = run(["sh", "-c", "seq 1 50000; exit 4"], {
    heard: (bytes) => heard.push(Buffer.from(bytes).toString()),
  });
  const status = await new Promise((settle) => program.once("close", settle));

  const lines = Array.from({ length: 50_000 }, (_, i) => `${i + 1}\n`).join("");
  expect(heard.join("") === lines).toBe(true);
  expect(status).toBe(4);
});

test("megabytes come whole", async () => {
  const { out } = await all(run(["sh", "-c", "seq 1000000"], { stdio: ["ignore", "pipe", "ignore"] }));

  expect(out!.split("\n").at(-2)).toBe("1000000");
  expect(out).toHaveLength(6_888_896);
});

test("a program that is not there is an error with its code, as Node's own has it", async () => {
  await expect(all(run(["no-such-program"]))).rejects.toMatchObject({ code: "ENOENT" });
  await expect(all(run(["true"], { cwd: "/no/such/place" }))).rejects.toMatchObject({ code: "ENOENT" });
});

test("a signal ends it and is told; afterwards none is sent to whoever has its number", async () => {
  const program = run(["sleep", "60"]);
  const ended = all(program);

  expect(program.kill("SIGKILL")).toBe(true);
  expect(await ended).toMatchObject({ status: null, by: "SIGKILL" });
  expect(program.kill("SIGKILL")).toBe(false);
});

test("it has its directory and environment, and a group of its own when detached", async () => {
  const program = run(["sh", "-c", 'pwd; echo "$ONLY-$HOME"; ps -o pgid= -p $$'], {
    ...{ env: { PATH: process.env.PATH, ONLY: "this" }, cwd: realpathSync(tmpdir()), detached: true },
  });

  const [cwd, words, group] = (await all(program)).out!.split("\n");
  expect([cwd, words, Number(group)]).toEqual([realpathSync(tmpdir()), "this-", program.pid]);
});

// Node ignores SIGPIPE, and what is ignored is inherited
test("it starts with no signal ignored or held back", async () => {
  const { out } = await all(run(["grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"]));

  expect(out!.match(/\t0+$/gm)).toHaveLength(2);
});

test("our other files do not come with it", async () => {
  const others = Array.from({ length: 3 }, () => run(["sleep", "60"]));
  const { out } = await all(run(["ls", "/proc/self/fd"]));
  for (const other of others) other.kill();
  await Promise.all(others.map(all));

  const inherited = await all(run(["sh", "-c", "ls /proc/self/fd"]));
  expect(out!.split("\n").length).toBe(inherited.out!.split("\n").length);
});

test("five hundred that run and two hundred that end are told apart", async () => {
  const [slow, fast] = [500, 200].map((many) => Array.from({ length: many }, (_, i) => i));
  const running = slow!.map(() => run(["cat"], { stdio: ["pipe", "pipe", "ignore"] }));
  const ended = running.map(all);
  const statuses = await Promise.all(
    fast!.map((i) => all(run(["sh", "-c", `exit ${i}`], { stdio: ["ignore", "ignore", "ignore"] }))),
  );

  expect(statuses.map(({ status }) => status)).toEqual(fast);
  expect(running.every(({ exitCode }) => exitCode === null)).toBe(true);
  for (const { stdin } of running) stdin!.end();
  expect((await Promise.all(ended)).every(({ status }) => status === 0)).toBe(true);
});

test("starting does not take longer in a process that holds much memory", async () => {
  const cost = async () => {
    const before = process.cpuUsage();
    for (let i = 0; i < 20; i += 1) await all(run(["true"], { stdio: ["ignore", "ignore", "ignore"] }));
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 20 / 1000; // ms
  };
  await cost();
  const small = await cost();
  const held = Array.from({ length: 400 }, () => Buffer.alloc(1e6, 1));

  expect(await cost()).toBeLessThan(small * 4 + 2);
  expect(held).toHaveLength(400); // until here
});
