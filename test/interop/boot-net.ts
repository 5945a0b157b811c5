import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Observed } from "../../src/base/event.ts";

export type Ran = { readonly code: number | null; readonly output: string; readonly ms: number };
export type BootNet = {
  readonly tree: string; // what is served
  readonly desk: string; // where clients put what they got
  readonly events: readonly Observed[];
  /** In the client's namespace, where the server is 10.9.0.1 behind the interface c0. */
  readonly client: (argv: readonly string[], withinMs?: number) => Promise<Ran>;
  readonly server: (argv: readonly string[], withinMs?: number) => Promise<Ran>;
  /** A program that stays: resolves once it printed `until`; it ends with the net. */
  readonly stays: (
    where: "client" | "server",
    argv: readonly string[],
    until: string,
  ) => Promise<ChildProcess>;
  readonly ask: (line: string, key: string) => Promise<unknown>;
  readonly seen: (kind: Observed["kind"], words?: string, withinMs?: number) => Promise<Observed>;
  readonly close: () => Promise<void>;
};

/** How the segment is attended to, and the ways to answer firmware where they are not the usual ones. */
export type Mode = `${"dhcp" | "proxy"}${"" | ` ${string}`}` | "relayed";

export const TSX = ["node", "--import", import.meta.resolve("tsx")];
export const isRoot = process.getuid?.() === 0;
export const here = (file: string): string => join(import.meta.dirname, file);

/** Two anonymous namespaces joined by a cable, the boot service at one end; all dies with this process. */
export async function openBootNet(mode: Mode = "dhcp"): Promise<BootNet> {
  const home = mkdtempSync(join(tmpdir(), "boot-net-"));
  const [tree, desk] = [mkdtempSync(join(home, "tree-")), mkdtempSync(join(home, "desk-"))];
  const children: ChildProcess[] = [];
  const start = async (argv: readonly string[], until: string): Promise<ChildProcess> => {
    const child = spawn(argv[0]!, argv.slice(1), { stdio: ["pipe", "pipe", "pipe"], cwd: desk });
    children.push(child);
    await printed(child, until);
    return child;
  };
  const holder = () => start(["unshare", "--net", "sh", "-c", "echo up; exec cat"], "up");
  const [serving, asking] = [await holder(), await holder()];
  const within = (pid: number | undefined) => ["nsenter", "-t", String(pid), "-n"];
  const inServer = within(serving.pid);
  const inClient = within(asking.pid);
  await mustRun([...inServer, "sh", "-ec", SERVER_SIDE.replaceAll("CLIENT", String(asking.pid))]);
  await mustRun([...inClient, "sh", "-ec", CLIENT_SIDE]);

  const events: Observed[] = [];
  const lines: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  const boot = spawn(inServer[0]!, [...inServer.slice(1), ...TSX, here("boot-server.ts"), "s0", tree, mode]);
  children.push(boot);
  boot.stderr.pipe(process.stderr);
  createInterface(boot.stdout).on("line", (line) => {
    const said = JSON.parse(line) as Record<string, unknown>;
    lines.push(said);
    if ("kind" in said) events.push(said as unknown as Observed);
    for (const look of waiting) look();
  });
  const find = <T>(what: string, look: () => T | undefined, withinMs = 20_000): Promise<T> =>
    new Promise((resolve, reject) => {
      const limit = setTimeout(() => done(reject, new Error(`not seen: ${what}`)), withinMs);
      const done = <V>(settle: (value: V) => void, value: V) => {
        clearTimeout(limit);
        waiting.delete(check);
        settle(value);
      };
      const check = () => {
        const found = look();
        if (found !== undefined) done(resolve, found);
      };
      waiting.add(check);
      check();
    });
  await find("ready", () => lines.find((line) => "ready" in line));

  return {
    tree,
    desk,
    events,
    client: (argv, withinMs = 60_000) => run([...inClient, ...argv], withinMs, desk),
    server: (argv, withinMs = 60_000) => run([...inServer, ...argv], withinMs, desk),
    stays: (where, argv, until) => start([...(where === "client" ? inClient : inServer), ...argv], until),
    ask: async (line, key) => {
      boot.stdin.write(`${line}\n`);
      return (await find(key, () => lines.find((said) => key in said)))[key];
    },
    seen: (kind, words = "", withinMs) => {
      const matches = (event: Observed) => event.kind === kind && event.says.includes(words);
      return find(`${kind} ${words}`, () => events.find(matches), withinMs);
    },
    close: async () => {
      const ends = children.filter((child) => child.exitCode === null && child.signalCode === null).reverse();
      for (const child of ends) await ended(child);
      rmSync(home, { recursive: true });
    },
  };
}

const SERVER_SIDE = `sysctl -qw net.ipv6.conf.default.accept_dad=0
ip link add s0 type veth peer name c0 netns CLIENT
ip addr add 10.9.0.1/24 dev s0
ip link set lo up
ip link set s0 up`;
const CLIENT_SIDE = `sysctl -qw net.ipv6.conf.default.accept_dad=0
ip link set lo up
ip link set c0 up`;

function printed(child: ChildProcess, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let all = "";
    const failed = () => reject(new Error(`${child.spawnargs.join(" ")} did not say "${words}": ${all}`));
    const limit = setTimeout(failed, 20_000);
    for (const stream of [child.stdout!, child.stderr!])
      stream.on("data", (bytes: Buffer) => {
        all += bytes.toString();
        if (!all.includes(words)) return;
        clearTimeout(limit);
        resolve();
      });
    child.once("error", failed).once("exit", failed);
  });
}

/** Ends with its standard input where it can, and is killed otherwise. */
async function ended(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.stdin?.end();
  const limit = setTimeout(() => child.kill("SIGKILL"), 3000);
  await gone;
  clearTimeout(limit);
}

function run(argv: readonly string[], withinMs: number, cwd: string): Promise<Ran> {
  const began = performance.now();
  const child = spawn(argv[0]!, argv.slice(1), { stdio: ["ignore", "pipe", "pipe"], timeout: withinMs, cwd });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes: Buffer) => {
      output += bytes.toString();
    });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output, ms: performance.now() - began }));
  });
}

async function mustRun(argv: readonly string[]): Promise<void> {
  const { code, output } = await run(argv, 10_000, "/");
  if (code !== 0) throw new Error(`${argv.join(" ")}: ${output}`);
}
