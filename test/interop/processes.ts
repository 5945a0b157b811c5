import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export type Process = { readonly pid: number; readonly line: string; readonly cwd: string };

/** Everything that runs and that we may look at. */
export function everyProcess(): Process[] {
  const found: Process[] = [];
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      found.push({ pid: Number(pid), line, cwd: readlinkSync(`/proc/${pid}/cwd`) });
    } catch {
      // it ended while we looked, or is not ours to see
    }
  }
  return found;
}
