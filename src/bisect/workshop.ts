import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import type { Host, Ran } from "../host/host.ts";
import { type Answer, answerOf, builtBy } from "./core/oracle.ts";
import type { BenchOracle, Settings } from "./core/settings.ts";
import type { Mirror } from "./mirror.ts";

/** Which build of which commit is wanted where. */
export type Task = {
  readonly run: string;
  readonly commit: string;
  readonly build: string;
  readonly machine: string;
  readonly because: string; // why it is read
};
type Placed = Pick<Task, "commit" | "build" | "machine">;

export type Workshop = {
  /** The build is ready where it is wanted; `fresh` when it was made now. */
  build(task: Task): Promise<(Made | Unbuildable | Trouble) & Timed>;
  run(task: Task): Promise<Answer & Timed>;
  /** A build is removed from wherever it lies. */
  discard(build: Pick<Task, "commit" | "build">): Promise<void>;
  /** What was built on a machine is removed from it. */
  leave(machine: string): Promise<void>;
  /** Where a person finds the commit checked out, and built if there is a build. */
  directoryOf(task: Placed): string;
};
type Trouble = { readonly is: "trouble"; readonly because: string; readonly again: boolean };
type Made = { readonly is: "built"; readonly fresh: boolean };
type Unbuildable = { readonly is: "unbuildable"; readonly because: string };
type Timed = { readonly tookMs: number };

type Wish = {
  readonly settings: Settings;
  /** When and by whom the search was begun: with its settings, it tells it from others of the same name. */
  readonly begun: { readonly at: number; readonly by: string };
  readonly directory: string;
  readonly mirror: Mirror;
  readonly hostOf: (name: string) => Host; // "here" is this machine
  /** Carries out a bench once; kept under the reading's own id. */
  readonly bench: (host: Host, task: Task, oracle: BenchOracle) => Promise<Answer>;
  readonly signal: AbortSignal;
};

/** A command's group leaves its number behind, so that what outlives a kill of ours is found; compilers are cached. */
const WRAP = [
  '[ -z "$RACKHAND_PIDFILE" ] || echo $$ >"$RACKHAND_PIDFILE"',
  '[ "$RACKHAND_STEP" != build ] || [ ! -d /usr/lib/ccache ] || PATH=/usr/lib/ccache:$PATH',
  'export PATH; exec sh -c "$1"',
].join("; ");
const THERE = "/var/tmp/rackhand-bisect-";
/** Anybody may make a directory there: only one that is ours, and that is not a link, has builds to be trusted. */
const IS_OURS = 'top=$(dirname -- "$1"); [ "$(LC_ALL=C stat -c %u:%F -- "$top")" = "$(id -u):directory" ]';
const UNPACK = [
  'mkdir -m 700 -- "$(dirname -- "$1")" 2>/dev/null',
  `${IS_OURS} || { echo "$top is not ours: another user's, or a link" >&2; exit 1; }`,
  'chmod 700 -- "$top" && rm -rf "$1" && mkdir -p "$1" && tar -xf - -C "$1"',
].join("; ");
const MOST_OUTPUT = 32 << 20;

export function workshop({ settings, begun, directory, mirror, hostOf, bench, signal }: Wish): Workshop {
  const { withinMs, build, deploy, oracle, hosts } = settings;
  const logs = join(directory, "logs");
  mkdirSync(logs, { recursive: true });
  const ours = `${THERE}${settings.name}-${digestOf([begun.at, begun.by, settings])}`;
  const buildsHere = hosts.length === 0 || deploy !== undefined;
  const placeOf = ({ commit, build: number, machine }: Placed): string => {
    if (!buildsHere) return `${ours}/${commit.slice(0, 16)}-${number}`;
    const name = build === undefined ? `slot-${machine}` : `${commit.slice(0, 16)}-${number}`;
    return join(directory, "builds", name);
  };
  const there = async (machine: string, script: string, ...words: string[]) => {
    const argv = ["sh", "-c", script, "sh", ...words] as const;
    const { end } = await hostOf(machine).run({ argv, withinMs, signal });
    return end.is === "exit" && end.status === 0;
  };
  const isReady = async (task: Task): Promise<boolean> => {
    const place = placeOf(task);
    if (buildsHere) return existsSync(`${place}.ready`);
    return (
      builtAt.get(task.machine)?.has(place) === true ||
      there(task.machine, `${IS_OURS} && test -e "$1.ready"`, place)
    );
  };
  const command = async (step: "build" | "deploy" | "run", words: string, task: Task): Promise<Ran> => {
    const isHere = step === "deploy" || settings.hosts.length === 0 || (step === "build" && buildsHere);
    const place = placeOf(task);
    const pids = join(directory, "pids");
    if (isHere) mkdirSync(pids, { recursive: true });
    const pidFile = isHere ? join(pids, `${task.run}-${step}`) : "";
    const ran = await hostOf(isHere ? "here" : task.machine).run({
      argv: ["sh", "-c", WRAP, "sh", words],
      ...(isHere || !buildsHere ? { cwd: place } : {}),
      env: {
        ...{ RACKHAND_STEP: step, RACKHAND_PIDFILE: pidFile, RACKHAND_BISECTION: settings.name },
        ...{ RACKHAND_COMMIT: task.commit, RACKHAND_BUILD: place, RACKHAND_HOST: task.machine },
        ...{ RACKHAND_RUN: task.run, CCACHE_BASEDIR: place, CCACHE_NOHASHDIR: "1" },
      },
      ...{ withinMs, signal, mostBytes: MOST_OUTPUT },
    });
    rmSync(pidFile || join(pids, "none"), { force: true });
    const log = step === "build" ? `build-${task.commit.slice(0, 16)}-${task.build}` : `${task.run}-${step}`;
    writeFileSync(join(logs, `${log}.log`), Buffer.concat([ran.stdout, ran.stderr]));
    return ran;
  };
  const bringSource = async (task: Task): Promise<void> => {
    const place = placeOf(task);
    if (buildsHere) return mirror.checkOut(task.commit, place);
    const file = join(directory, `${task.run}.tar`);
    try {
      await mirror.archive(task.commit, file);
      const host = hostOf(task.machine);
      const ran = await host.run({
        argv: ["sh", "-c", UNPACK, "sh", place],
        ...{ input: readFileSync(file), withinMs, signal },
      });
      if (ran.end.is !== "exit" || ran.end.status !== 0)
        throw new Error(textOf(ran.stderr).trim() || "tar failed");
    } finally {
      rmSync(file, { force: true });
    }
  };
  const timed = async <T extends object>(act: () => Promise<T>): Promise<(T | Trouble) & Timed> => {
    const since = performance.now();
    const done = await act().catch((error: unknown) => {
      const trouble = troubleFrom(error, signal);
      return isFull(directory) || isFull(join(directory, "builds")) ? { ...trouble, because: FULL } : trouble;
    });
    return { ...done, tookMs: performance.now() - since };
  };
  const deployed = new Map<string, string>(); // machine -> commit and place that are there
  const builtAt = new Map<string, Set<string>>(hosts.map((one) => [one, new Set()])); // what we saw to be ready
  return {
    directoryOf: placeOf,
    discard: async (one) => {
      if (buildsHere) {
        const place = placeOf({ ...one, machine: "here" });
        rmSync(`${place}.ready`, { force: true });
        return mirror.remove(place);
      }
      for (const machine of hosts) {
        const place = placeOf({ ...one, machine });
        builtAt.get(machine)?.delete(place);
        await there(machine, 'rm -rf "$1.ready" "$1"', place);
      }
    },
    leave: async (machine) => {
      if (buildsHere) return;
      await there(machine, 'rm -rf "$1"', ours);
    },
    build: (task) =>
      timed<Made | Unbuildable | Trouble>(async () => {
        if (build !== undefined && (await isReady(task))) return { is: "built", fresh: false };
        await bringSource(task);
        if (build === undefined) return { is: "built", fresh: false };
        const { end, stdout, stderr } = await command("build", build, task);
        const built = builtBy(end, `${textOf(stdout)}\n${textOf(stderr)}`);
        if (built.is === "trouble") return { ...built, again: true };
        const place = placeOf(task);
        if (built.is === "unbuildable")
          return buildsHere && isFull(place) ? { is: "trouble", because: FULL, again: true } : built;
        if (buildsHere) writeFileSync(`${place}.ready`, "");
        else if (await there(task.machine, ': >"$1.ready"', place)) builtAt.get(task.machine)?.add(place);
        return { is: "built", fresh: true };
      }),
    run: (task) =>
      timed<Answer>(async () => {
        if (oracle.is === "person") throw new Error("a person reads this one");
        const product = `${task.commit} ${placeOf(task)}`; // without a build all commits share one place
        if (deploy !== undefined && deployed.get(task.machine) !== product) {
          deployed.delete(task.machine); // one that fails may leave half of it there
          const { end } = await command("deploy", deploy, task);
          if (end.is !== "exit" || end.status !== 0)
            return { is: "trouble", because: deployFailed(end), again: true };
          deployed.set(task.machine, product);
        }
        if (oracle.is === "bench") return bench(hostOf(task.machine), task, oracle);
        const { end, stdout } = await command("run", oracle.command, task);
        return answerOf(oracle.reads, end, textOf(stdout));
      }),
  };
}

const digestOf = (recipe: unknown): string =>
  createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 12);

/** Not every program says why it could not write, and git does not always. */
const FULL = "No space left on device where the builds are";
const ALMOST_NOTHING = 64 << 10; // bytes
function isFull(directory: string): boolean {
  if (!existsSync(directory)) return false;
  const { bsize, bfree, bavail } = statfsSync(directory);
  return bsize * (process.getuid?.() === 0 ? bfree : bavail) < ALMOST_NOTHING;
}

const deployFailed = (end: Ran["end"]): string =>
  `the deployment ended with ${end.is === "exit" ? end.status : end.is}`;

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

/** A full disk, a lost line, a git that failed: nothing that a commit could be blamed for. */
function troubleFrom(error: unknown, signal: AbortSignal): Trouble {
  signal.throwIfAborted();
  const isOurs = error instanceof Fault || typeof (error as NodeJS.ErrnoException).code === "string";
  if (!isOurs && (error as Error).constructor !== Error) throw error; // a TypeError is a bug of ours
  return {
    is: "trouble" as const,
    because: error instanceof Fault ? error.says : reason(error),
    again: true,
  };
}

/** Ends what an earlier process of ours left running when it was killed: it would build and measure beside us. */
export function endLeftovers(directory: string, names: readonly string[], end: (pid: number) => void): void {
  for (const name of names) {
    const file = join(directory, "pids", name);
    const pid = Number(readFileSync(file, "utf8"));
    rmSync(file, { force: true });
    if (pid > 1 && isOurs(pid, file)) end(pid);
  }
}

function isOurs(pid: number, file: string): boolean {
  try {
    return (
      statSync(`/proc/${pid}`).isDirectory() &&
      readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(`RACKHAND_PIDFILE=${file}`)
    );
  } catch {
    return false; // gone meanwhile
  }
}
