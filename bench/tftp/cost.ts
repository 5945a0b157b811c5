import { readFileSync } from "node:fs";
import { allProcesses, treeOf } from "../processes.ts";

const TICKS_MS = 10;

/** Processor time of a process, of its children that live and of those that are gone. */
export function costMs(pid: number): number {
  return treeOf(pid, allProcesses()).reduce((sum, one) => sum + one.ranMs + goneMs(one.pid), 0);
}

/** Of the processes that it waited for: proc(5), cutime and cstime. */
function goneMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const words = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(words[13]) + Number(words[14])) * TICKS_MS;
  } catch {
    return 0; // it ended meanwhile
  }
}

/** The most memory that it ever had resident. */
export function peakMib(pid: number): number {
  const [, kib = "0"] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1024;
}
