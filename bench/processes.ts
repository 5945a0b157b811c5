import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { uptime } from "node:os";

const TICKS = 100; // USER_HZ: proc(5), fixed for programs whatever the kernel was built with

/** One row of the kernel's process table. */
export type Process = {
  readonly pid: number;
  readonly parent: number;
  readonly argv: readonly string[];
  readonly ranMs: number; // processor time so far
  readonly startedAt: number; // milliseconds since 1970
};

/** Every process there is now. */
export function allProcesses(): Process[] {
  const bootedAt = Date.now() - uptime() * 1000;
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => processAt(Number(pid), bootedAt) ?? []);
}

/** Processor time of one process so far: all of them take half a second to look through when they are a thousand. */
export function ranMsOf(pid: number): number {
  try {
    return statOf(pid).ranMs;
  } catch {
    return 0; // it ended meanwhile
  }
}

function processAt(pid: number, bootedAt: number): Process | undefined {
  try {
    const { parent, ranMs, startedMs } = statOf(pid);
    const argv = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
    return { pid, parent, argv, ranMs, startedAt: bootedAt + startedMs };
  } catch {
    return undefined; // it ended meanwhile
  }
}

function statOf(pid: number) {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const words = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before it may hold anything
  const [user = 0, system = 0, start = 0] = [11, 12, 19].map((at) => (Number(words[at]) * 1000) / TICKS);
  return { parent: Number(words[1]), ranMs: user + system, startedMs: start };
}

/** A process and all that descend from it. */
export function treeOf(root: number, among: readonly Process[]): Process[] {
  const found = among.filter(({ pid }) => pid === root);
  for (const { pid } of found) found.push(...among.filter(({ parent }) => parent === pid));
  return found;
}

/** Which pid namespace a process is in, or makes its children in. */
export function pidSpaceOf(pid: number, whose: "pid" | "pid_for_children"): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/${whose}`);
  } catch {
    return undefined; // it ended meanwhile, or is not ours to look at
  }
}
