import { readFileSync } from "node:fs";
import type { HoldOptions } from "./hold.ts";

/**
 * The process outside that holds a rack up: the one that has the lock on its directory. The kernel's list
 * of locks is asked, not a file with a number in it, so the answer is never stale and never somebody else's
 * process.
 */
export function holderOf(directory: string): number | undefined {
  for (const line of readFileSync("/proc/locks", "latin1").split("\n")) {
    const pid = /FLOCK +ADVISORY +WRITE +([1-9]\d*) /.exec(line)?.[1]; // proc_locks(5)
    if (pid !== undefined && optionsOf(pid)?.directory === directory) return Number(pid);
  }
  return undefined;
}

/** What a process was told as `rack hold --options JSON`, when it was. */
function optionsOf(pid: string): Partial<HoldOptions> | undefined {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    const at = words.indexOf("--options");
    return at > 1 && words[at - 1] === "hold" ? JSON.parse(words[at + 1] ?? "") : undefined;
  } catch {
    return undefined; // it ended meanwhile, or is no process of ours to read
  }
}
