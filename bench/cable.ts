import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { join } from "node:path";

export type Where = "server" | "client";
/** Two network namespaces joined by a cable. All that runs in them ends with `close`, or with this process. */
export type Cable = {
  readonly start: (where: Where, argv: readonly string[], env?: NodeJS.ProcessEnv) => ChildProcess;
  readonly close: () => Promise<void>;
};

export type Laying = {
  readonly servers: number; // the server's end has one address for each, 10.9.0.1 and on
  readonly apart: boolean; // a core for each end; otherwise the kernel places them as it likes
  readonly delayMs?: number; // each way
};

const CORES: Readonly<Record<Where, string>> = { client: "0", server: "1" };
const ENDS_WITHIN_MS = 5_000;

export async function openCable({ servers, apart, delayMs }: Laying): Promise<Cable> {
  const children: ChildProcess[] = [];
  const hold = async () => {
    const child = spawn(
      "setpriv",
      ["--pdeathsig", "KILL", "unshare", "--net", "sh", "-c", "echo up; exec cat"],
      {
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
    children.push(child);
    return await up(child, "no network namespace (root?)");
  };
  const pids = { server: await hold(), client: await hold() };
  const within = (where: Where, argv: readonly string[]) => ["-t", `${pids[where]}`, "-n", ...argv];
  const run = (where: Where, words: string) =>
    execFileSync("nsenter", within(where, words.split(" ")), { stdio: ["ignore", "ignore", "inherit"] });
  const start: Cable["start"] = (where, argv, env = process.env) => {
    // TERM: a server that is killed outright leaves its workers behind
    const place = apart ? ["taskset", "-c", CORES[where]] : [];
    const args = ["--pdeathsig", "TERM", ...place, "nsenter", ...within(where, argv)];
    const child = spawn("setpriv", args, { stdio: ["pipe", "pipe", "inherit"], env });
    children.push(child);
    return child;
  };
  if (delayMs === undefined) run("server", `ip link add s0 type veth peer name c0 netns ${pids.client}`);
  else {
    const far = ["--import", import.meta.resolve("tsx"), join(import.meta.dirname, "far-cable.ts")];
    const argv = [process.execPath, ...far, `${pids.client}`, `${delayMs}`];
    await up(start("server", argv), "no slow cable (/dev/net/tun?)");
  }
  for (let i = 1; i <= servers; i += 1) run("server", `ip addr add 10.9.0.${i}/24 dev s0`);
  for (let i = 200; i < 204; i += 1) run("client", `ip addr add 10.9.0.${i}/24 dev c0`);
  for (const where of ["server", "client"] as const) run(where, "ip link set lo up");
  run("server", "ip link set s0 up");
  run("client", "ip link set c0 up");
  return {
    start,
    close: async () => {
      for (const child of children.reverse()) await end(child);
    },
  };
}

/** Until it says so. */
async function up(child: ChildProcess, otherwise: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    child.stdout!.once("data", () => resolve());
    child.once("error", reject).once("exit", () => reject(new Error(otherwise)));
  });
  return child.pid!;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.stdin?.end();
  child.kill("SIGTERM");
  const limit = setTimeout(() => child.kill("SIGKILL"), ENDS_WITHIN_MS);
  await gone;
  clearTimeout(limit);
}
