import { type ChildProcess, execFile, spawn } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export type Ran = { readonly code: number; readonly said: string };
export type Where = "server" | "client";
/** Two anonymous namespaces and a cable between them; all that runs there ends with it. */
export type Cable = {
  readonly run: (where: Where, argv: readonly string[], env?: NodeJS.ProcessEnv) => Promise<Ran>;
  /** A program that stays, once it has said that it is ready. */
  readonly start: (
    where: Where,
    argv: readonly string[],
    until: string,
    env?: NodeJS.ProcessEnv,
  ) => Promise<ChildProcess>;
  readonly close: () => Promise<void>;
};

/** The server has the interface `eth1` with the address, the client `c0` with none. */
export async function layCable(address: string): Promise<Cable> {
  const children: ChildProcess[] = [];
  const hold = ["unshare", "--net", "sh", "-c", "echo up; exec cat"];
  const serving = await begin(children, hold, "up");
  const asking = await begin(children, hold, "up");
  const inside = { server: into(serving), client: into(asking) };
  const cable: Cable = {
    run: async (where, argv, env = process.env) => {
      const [program, ...rest] = [...inside[where], ...argv];
      const done = await run(program!, rest, { env, timeout: 60_000 }).catch((error) => error);
      return { code: Number(done.code ?? 0), said: `${done.stdout}${done.stderr}` };
    },
    start: (where, argv, until, env) => begin(children, [...inside[where], ...argv], until, env),
    close: async () => {
      for (const child of children.reverse()) await ended(child);
    },
  };
  await cable.run("server", ["ip", "link", "set", "lo", "up"]);
  const veth = ["ip", "link", "add", "eth1", "type", "veth", "peer", "name", "c0"];
  await cable.run("server", [...veth, "netns", `${asking.pid}`]);
  await cable.run("server", ["ip", "addr", "add", address, "dev", "eth1"]);
  await cable.run("server", ["ip", "link", "set", "eth1", "up"]);
  await cable.run("client", ["ip", "link", "set", "c0", "up"]);
  return cable;
}

const into = (child: ChildProcess): string[] => ["nsenter", "-t", `${child.pid}`, "-n"];

function begin(
  children: ChildProcess[],
  argv: readonly string[],
  until: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ChildProcess> {
  const child = spawn(argv[0]!, argv.slice(1), { stdio: ["pipe", "pipe", "pipe"], env });
  children.push(child);
  return new Promise((resolve, reject) => {
    let said = "";
    const failed = () => reject(new Error(`${argv.join(" ")} did not say "${until}": ${said}`));
    const limit = setTimeout(failed, 45_000);
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (bytes: Buffer) => {
        said += bytes.toString();
        if (!said.includes(until)) return;
        clearTimeout(limit);
        resolve(child);
      });
    child.once("error", failed).once("exit", failed);
  });
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.stdin?.end();
  child.kill("SIGTERM");
  const limit = setTimeout(() => child.kill("SIGKILL"), 5000);
  await gone;
  clearTimeout(limit);
}
