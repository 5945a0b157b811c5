import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { Fault } from "../base/fault.ts";
import { askHolder, type RackStatus } from "./control.ts";
import { type Firmware, MOST_MACHINES, type RackMachine, type RackSegment, SEGMENT } from "./core/layout.ts";
import type { Screen } from "./core/qemu-argv.ts";
import { enter } from "./enter.ts";
import { type HoldOptions, type HoldReport, RACK_FILE, type RackFile } from "./hold.ts";
import { holderOf } from "./holder.ts";
import { requireParts } from "./parts.ts";

const STANDS_WITHIN_MS = 30_000;
const FALLS_WITHIN_MS = 5000;
const LOG = "rack.log";
const LOCKED = 75; // what flock is told to say when somebody else has the lock
const SBIN_TOO = { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin` };

export type RaiseOptions = {
  readonly state: string;
  readonly machines: number;
  readonly firmware: Firmware;
  readonly entry: readonly string[]; // the program and its first arguments that run our program
  readonly stays?: boolean; // lives on when this process ends: `rackhand rack up`
  readonly accel?: "kvm" | "tcg"; // not given: KVM if it works
  readonly screen?: Screen; // not given: the machines' text screen is their serial line
  readonly diskBytes?: number; // none: the machines have no disk
  readonly agentSocket?: string;
  // a program that runs inside as long as the rack does, such as its agent
  readonly beside?: readonly string[];
  readonly log: (line: string) => void;
};

/** A rack that stands. */
export type Rack = {
  readonly machines: readonly RackMachine[];
  readonly segment: RackSegment;
  readonly agentSocket?: string;
  /** Starts a program inside. Signals sent to the child reach it; it is told to end (SIGTERM) when we end. */
  run(argv: readonly [string, ...string[]], options?: SpawnOptions): ChildProcess;
  stop(): Promise<void>;
};

/**
 * Everything is inside anonymous namespaces whose process 1 is the holder: whatever ends it ends all of it.
 */
export async function raiseRack(options: RaiseOptions): Promise<Rack> {
  requireParts(options.firmware);
  if (options.machines < 1 || options.machines > MOST_MACHINES) {
    throw new Fault("use.wrong", { what: `A rack has 1 to ${MOST_MACHINES} machines.`, verb: "rack up" });
  }
  if ((await rackStatus(options.state)) !== undefined) throw new Fault("rack.running", options);
  const directory = directoryOf(options.state);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const outer = spawnHolder(directory, options);
  const report = await firstReport(outer);
  if (report?.is !== "up") throw failureOf(report, outer, directory, options.state);
  outer.stdout?.destroy();
  if (options.stays === true) outer.unref();
  const rack = await findRack(options.state);
  if (rack === undefined) throw failed(`it ended at once with ${outer.exitCode}`, directory);
  options.log(`the rack stands in ${options.state}: ${options.machines} machine(s), ${options.firmware}`);
  return rack;
}

/** The rack that stands in a state directory, whoever raised it. */
export async function findRack(state: string): Promise<Rack | undefined> {
  const directory = directoryOf(state);
  const outer = holderOf(directory);
  if (outer === undefined || (await rackStatus(state)) === undefined) return undefined;
  const file = JSON.parse(readFileSync(join(directory, RACK_FILE), "utf8")) as RackFile;
  return {
    ...file,
    segment: SEGMENT,
    run: (argv, given = {}) => spawn(...enter(outer, argv), { env: SBIN_TOO, ...given }),
    stop: async () => void (await lowerRack(state)),
  };
}

/** `undefined`: no rack stands there. */
export async function rackStatus(state: string): Promise<RackStatus | undefined> {
  return holderOf(directoryOf(state)) === undefined ? undefined : askHolder(directoryOf(state), "status");
}

/** Stops the rack of a state directory, by asking and then by force; false when none stood there. */
export async function lowerRack(state: string): Promise<boolean> {
  const directory = directoryOf(state);
  const outer = holderOf(directory);
  if (outer === undefined) return false;
  await askHolder(directory, "stop").catch(() => undefined); // a holder that hangs is killed below
  if (!(await gone(directory))) process.kill(outer, "SIGKILL");
  if (!(await gone(directory))) throw failed(`process ${outer} does not end`, directory);
  return true;
}

const directoryOf = (state: string): string => join(resolve(state), "rack");

function spawnHolder(directory: string, options: RaiseOptions): ChildProcess {
  const { state: _, entry, stays, log: __, ...rest } = options;
  const hold: HoldOptions = { ...rest, directory, workingDirectory: process.cwd() };
  const root = process.getuid?.() === 0;
  const argv = [
    // our death, even by SIGKILL, is the rack's; the lock on the directory is the kernel's and is never stale
    ...(stays === true ? [] : ["setpriv", "--pdeathsig", "KILL"]),
    ...["flock", "--no-fork", "--wait", "1", "--conflict-exit-code", `${LOCKED}`, directory],
    ...["unshare", "--net", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc"],
    ...(root ? [] : ["--user", "--map-root-user"]),
    ...[...entry, "rack", "hold", "--options", JSON.stringify(hold)],
  ] as const;
  const logFile = openSync(join(directory, LOG), "a", 0o600);
  try {
    // detached: ctrl-C reaches us, not everything in the rack at once
    return spawn(argv[0]!, argv.slice(1), {
      detached: true,
      env: SBIN_TOO,
      stdio: ["ignore", "pipe", logFile],
    });
  } finally {
    closeSync(logFile);
  }
}

/** What the holder says of itself; `undefined` when it ends without a word. */
async function firstReport(outer: ChildProcess): Promise<HoldReport | undefined> {
  const limit = setTimeout(() => outer.kill("SIGKILL"), STANDS_WITHIN_MS);
  const report = new Promise<HoldReport | undefined>((resolve, reject) => {
    outer.once("error", reject);
    outer.once("exit", () => resolve(undefined));
    createInterface({ input: outer.stdout! }).once("line", (line) => resolve(JSON.parse(line) as HoldReport));
  });
  return report.finally(() => clearTimeout(limit));
}

function failureOf(
  report: HoldReport | undefined,
  outer: ChildProcess,
  directory: string,
  state: string,
): Fault {
  if (outer.exitCode === LOCKED) return new Fault("rack.running", { state });
  if (report?.is === "failed") {
    return report.at === "network" ? noNamespace(report.why) : failed(report.why, directory);
  }
  const last = readFileSync(join(directory, LOG), "utf8").trimEnd().split("\n").at(-1) ?? "";
  return last.startsWith("unshare:") ? noNamespace(last) : failed(last, directory);
}

const noNamespace = (why: string): Fault => new Fault("setup.no-namespace", { why });
const failed = (why: string, directory: string): Fault =>
  new Fault("rack.failed", { why, log: join(directory, LOG) });

async function gone(directory: string): Promise<boolean> {
  for (const until = Date.now() + FALLS_WITHIN_MS; Date.now() < until; await pause(20)) {
    if (holderOf(directory) === undefined) return true;
  }
  return false;
}
