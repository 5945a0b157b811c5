import type { Logged } from "./fio-logs.ts";
import type { Way } from "./run.ts";

/** A rate or a mean that held from one moment to another. */
export type Stretch = { readonly fromMs: number; readonly toMs: number; readonly value: number };
export type Grid = (number | null)[];

/** What is left of a window may be too short to say anything: fio counts whole milliseconds. */
export const LEAST_PART = 0.1;

/** Each line of a log holds from the line before to itself: windows end late when the host is busy. */
export function stretchesOf(logged: readonly Logged[], way: Way): Stretch[] {
  const own = logged.filter((one) => one.way === way);
  return own.flatMap(({ endMs, value }, at) => {
    const fromMs = own[at - 1]?.endMs ?? 0;
    return endMs > fromMs ? [{ fromMs, toMs: endMs, value }] : [];
  });
}

/** fio drops its last, unfinished window: the requests that no line told of were made in it. */
export function withLastWindow(
  rates: readonly Stretch[],
  done: { readonly requests: number; readonly ms: number },
): readonly Stretch[] {
  const fromMs = rates.at(-1)?.toMs ?? 0;
  const left = done.ms - fromMs;
  if (left <= 0) return rates;
  const told = rates.reduce((sum, one) => sum + (one.value * (one.toMs - one.fromMs)) / 1000, 0);
  return [...rates, { fromMs, toMs: done.ms, value: (1000 * Math.max(0, done.requests - told)) / left }];
}

/** One process on the even grid; the mean over what of a window it covers. */
export function onGrid(stretches: readonly Stretch[], stepMs: number): Grid {
  const sums: { value: number; ms: number }[] = [];
  for (const { fromMs, toMs, value } of stretches)
    for (let at = Math.floor(fromMs / stepMs); at * stepMs < toMs; at += 1) {
      const ms = Math.min(toMs, (at + 1) * stepMs) - Math.max(fromMs, at * stepMs);
      const sum = sums[at] ?? { value: 0, ms: 0 };
      sums[at] = sum;
      sum.value += value * ms;
      sum.ms += ms;
    }
  return Array.from(sums, (sum) =>
    sum !== undefined && sum.ms >= LEAST_PART * stepMs ? sum.value / sum.ms : null,
  );
}

/** Rates of several processes, added window by window. */
export function sumOf(grids: readonly Grid[]): Grid {
  return across(grids, (at) => {
    const there = grids.map((grid) => grid[at]).filter((one) => typeof one === "number");
    return there.length === 0 ? null : there.reduce((sum, one) => sum + one, 0);
  });
}

/** Means of several processes, each weighed by how much it did. */
export function meanOf(means: readonly Grid[], weights: readonly Grid[]): Grid {
  return across(means, (at) => {
    let [sum, all] = [0, 0];
    for (const [which, grid] of means.entries()) {
      const [mean, weight] = [grid[at] ?? null, weights[which]?.[at] ?? null];
      if (mean === null || weight === null) continue;
      sum += mean * weight;
      all += weight;
    }
    return all === 0 ? null : sum / all;
  });
}

/** Windows at the end that nobody tells anything of are no part of it. */
function across(grids: readonly Grid[], value: (at: number) => number | null): Grid {
  const all = Array.from({ length: Math.max(0, ...grids.map((grid) => grid.length)) }, (_, at) => value(at));
  while (all.at(-1) === null) all.pop();
  return all;
}
