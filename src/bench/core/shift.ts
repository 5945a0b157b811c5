import { normalBeyond } from "./normal.ts";
import { MOST_EXACT, rankSumCounts } from "./ranks.ts";

export type Shift = { readonly middle: number; readonly low: number; readonly high: number };

/**
 * By how much `b` lies above `a`: Hodges and Lehmann's median of all differences, with the interval that
 * belongs to the rank test. Too few readings for the confidence give an interval without ends.
 */
export function shiftBetween(a: readonly number[], b: readonly number[], error: number): Shift {
  const differences = Float64Array.from(b.flatMap((y) => a.map((x) => y - x))).sort();
  const last = differences.length - 1;
  const cutOff = a.length + b.length > MOST_EXACT ? cutOffNearly : cutOffExactly;
  const cut = cutOff(a.length, b.length, error / 2);
  const middle = (differences[Math.floor(last / 2)]! + differences[Math.ceil(last / 2)]!) / 2;
  if (cut === 0) return { middle, low: -Infinity, high: Infinity };
  return { middle, low: differences[cut - 1]!, high: differences[last + 1 - cut]! };
}

/** How many differences may be left off at each end: the most whose chance is at most `tail`. */
export function cutOffExactly(n: number, m: number, tail: number): number {
  const ranks = Array.from({ length: n + m }, (_, at) => at + 1);
  const counts = rankSumCounts(ranks, n);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const least = (n * (n + 1)) / 2;
  let sum = 0;
  for (let cut = 0; cut <= n * m; cut += 1) {
    sum += counts[least + cut]!;
    if (sum / total > tail) return cut;
  }
  return 0;
}

/** The same by the normal curve: never more than exactly, and at most 3 fewer. */
export function cutOffNearly(n: number, m: number, tail: number): number {
  const deviation = Math.sqrt((n * m * (n + m + 1)) / 12);
  return Math.max(0, Math.floor((n * m) / 2 - normalBeyond(tail) * deviation + 0.5));
}
