import { flaw, ok, type Read } from "../../base/read.ts";
import { WAYS, type Way } from "./run.ts";

/** One line of a log with `log_avg_msec`: what it was on average, over the window that ended then. */
export type Logged = { readonly endMs: number; readonly way: Way; readonly value: number };

/** `499, 16384, 0, 0, 0`: milliseconds, value, direction, block size, offset; newer ones add the priority. */
export function readFioLog(text: string): Read<Logged[]> {
  const logged: Logged[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const [endMs, value, direction, ...rest] = line.split(",").map((cell) => Number(cell.trim()));
    const way = WAYS[direction ?? -1];
    const isWhole = rest.length >= 1 && rest.length <= 4 && /^[\d, x]+$/.test(line);
    if (!isWhole || way === undefined || !Number.isFinite(endMs) || !Number.isFinite(value))
      return flaw("this is no line of a fio log", at + 1);
    logged.push({ endMs: endMs!, value: value!, way });
  }
  return ok(logged);
}

/** `run_iops.2.log`: the log's kind, and which process, from 1. */
export function logName(name: string): { readonly kind: string; readonly process: number } | undefined {
  const [, kind, process] = /_(iops|bw|lat|clat|slat|clat_hist)\.(\d+)\.log$/.exec(name) ?? [];
  return kind === undefined ? undefined : { kind, process: Number(process) };
}
