import { median } from "./compare.ts";

/** Shorter stretches are not told from noise. */
const LEAST = 3;
/** Of the threshold for independent noise: rates of neighbouring windows are alike, which widens their sums. */
const CAUTION = 1.5;

/**
 * Where the level of a series changes, in order: binary segmentation (Scott and Knott 1974) by the CUSUM
 * statistic. A place counts when that passes √(2 ln n) deviations of the noise, the universal threshold
 * that Fryzlewicz's wild binary segmentation (2014) has as well, times a caution; the noise is reckoned
 * from the differences of neighbours, which a change of level hardly touches.
 */
export function changePoints(values: readonly number[]): number[] {
  const bar = CAUTION * noiseOf(values) * Math.sqrt(2 * Math.log(values.length));
  const sums = [0];
  for (const value of values) sums.push(sums.at(-1)! + value);
  const found: number[] = [];
  const open = [{ from: 0, to: values.length }];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const { at, statistic } = strongest(sums, part.from, part.to);
    if (!(statistic > bar)) continue;
    found.push(at);
    open.push({ from: part.from, to: at }, { from: at, to: part.to });
  }
  return found.sort((a, b) => a - b);
}

/** The cut whose two sides differ most, weighed by how long they are. */
function strongest(sums: readonly number[], from: number, to: number) {
  let best = { at: from, statistic: 0 };
  for (let at = from + LEAST; at <= to - LEAST; at += 1) {
    const [left, right] = [at - from, to - at];
    const apart = (sums[to]! - sums[at]!) / right - (sums[at]! - sums[from]!) / left;
    const statistic = Math.abs(apart) * Math.sqrt((left * right) / (left + right));
    if (statistic > best.statistic) best = { at, statistic };
  }
  return best;
}

/** 0.6745 is the median of |z| of a normal z; a difference has the noise of two. Never 0: sums have rounding errors. */
function noiseOf(values: readonly number[]): number {
  const steps = values.slice(1).map((value, at) => Math.abs(value - values[at]!));
  const level = Math.max(...values.map(Math.abs));
  return Math.max(median(steps) / 0.6745 / Math.SQRT2, level * 1e-9);
}
