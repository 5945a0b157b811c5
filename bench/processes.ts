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

function processAt(pid: number, bootedAt: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const words = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before it may hold anything
    const [parent, user, system, start] = [1, 11, 12, 19].map((at) => Number(words[at])) as [
      number,
      number,
      number,
      number,
    ];
    const argv = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
    const ranMs = ((user + system) * 1000) / TICKS;
    return { pid, parent, argv, ranMs, startedAt: bootedAt + (start * 1000) / TICKS };
  } catch {
    return undefined; // it ended meanwhile
  }
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
