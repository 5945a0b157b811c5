import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PLACE } from "./recording.ts";

export type Ran = { readonly code: number | null; readonly output: string; readonly ms: number };
export type Where = "client" | "server";
export type TwoSpaces = {
  readonly home: string;
  readonly desk: string; // where programs run
  /** In the client's namespace, where the server is 10.9.0.1 behind the interface c0. */
  readonly client: (argv: readonly string[], withinMs?: number) => Promise<Ran>;
  readonly server: (argv: readonly string[], withinMs?: number) => Promise<Ran>;
  /** A program that ends with the spaces. */
  readonly begin: (where: Where, argv: readonly string[], env?: NodeJS.ProcessEnv) => ChildProcess;
  /** The same, once it has printed `until`. */
  readonly stays: (
    where: Where,
    argv: readonly string[],
    until: string,
    env?: NodeJS.ProcessEnv,
  ) => Promise<ChildProcess>;
  readonly close: () => Promise<void>;
};

/** Two anonymous namespaces joined by a cable, s0 and c0; all dies with this process. */
export async function openTwoSpaces(): Promise<TwoSpaces> {
  const home = mkdtempSync(join(tmpdir(), "boot-net-"));
  const desk = mkdtempSync(join(home, "desk-"));
  const children: ChildProcess[] = [];
  const own = (argv: readonly string[], env = process.env): ChildProcess => {
    const child = spawn(argv[0]!, argv.slice(1), { stdio: ["pipe", "pipe", "pipe"], cwd: desk, env });
    children.push(child);
    return child;
  };
  const close = async () => {
    const ends = children.filter((child) => child.exitCode === null && child.signalCode === null).reverse();
    for (const child of ends) await ended(child);
    rmSync(home, { recursive: true });
  };
  try {
    const holder = () => printed(own(["unshare", "--net", "sh", "-c", "echo up; exec cat"]), "up");
    const [serving, asking] = [await holder(), await holder()];
    const inside = { server: within(serving), client: within(asking) };
    await mustRun([...inside.server, "sh", "-ec", SERVER_SIDE.replaceAll("CLIENT", String(asking.pid))]);
    await mustRun([...inside.client, "sh", "-ec", CLIENT_SIDE]);
    const begin: TwoSpaces["begin"] = (where, argv, env) => own([...inside[where], ...argv], env);
    return {
      ...{ home, desk, begin, close },
      client: (argv, withinMs = 60_000) => run([...inside.client, ...argv], withinMs, desk),
      server: (argv, withinMs = 60_000) => run([...inside.server, ...argv], withinMs, desk),
      stays: (where, argv, until, env) => printed(begin(where, argv, env), until),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const within = ({ pid }: ChildProcess): string[] => ["nsenter", "-t", String(pid), "-n"];

const SERVER_SIDE = `sysctl -qw net.ipv6.conf.default.accept_dad=0
ip link add s0 address ${PLACE.cardMac} type veth peer name c0 netns CLIENT
ip addr add ${PLACE.ours}/${PLACE.prefix} dev s0
ip addr add ${PLACE.ours6}/${PLACE.prefix6} dev s0
ip link set lo up
ip link set s0 up`;
const CLIENT_SIDE = `sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.c0.accept_dad=0
ip link set lo up
ip link set c0 up`;

function printed(child: ChildProcess, words: string): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    let all = "";
    let said = false;
    const failed = () => reject(new Error(`${child.spawnargs.join(" ")} did not say "${words}": ${all}`));
    const limit = setTimeout(failed, 60_000);
    for (const stream of [child.stdout!, child.stderr!])
      stream.on("data", (bytes: Buffer) => {
        if (said) return; // it may talk for hours
        all += bytes.toString();
        if (!all.includes(words)) return;
        said = true;
        clearTimeout(limit);
        resolve(child);
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
