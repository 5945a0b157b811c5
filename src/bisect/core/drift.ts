/**
 * How much a level may wander from one reading to the next, against the noise of a reading: the likeliest
 * is taken.
 */
const RATIOS = [0, 0.0004, 0.0025, 0.01, 0.04, 0.16, 0.5];

/**
 * The level at each reading's time, from those readings that were of the reference (the others are
 * undefined): a local level model, x(t) = x(t-1) + w, y = x + e, smoothed in both directions (Kalman 1960;
 * Rauch, Tung and Striebel 1965). The ratio of the two variances is the one of `RATIOS` with the highest
 * likelihood.
 */
export function referenceLevels(values: readonly (number | undefined)[]): number[] {
  if (!values.some((one) => one !== undefined)) return values.map(() => 0);
  let best = filtered(values, RATIOS[0]!);
  for (const ratio of RATIOS.slice(1)) {
    const one = filtered(values, ratio);
    if (one.log > best.log) best = one;
  }
  return smoothed(best);
}

type Filtered = { log: number; ratio: number; mean: number[]; spread: number[] }; // spread: in units of the noise

function filtered(values: readonly (number | undefined)[], ratio: number): Filtered {
  const mean: number[] = [];
  const spread: number[] = [];
  let [x, p] = [values.find((one) => one !== undefined)!, 1e6];
  let [n, logs, squares] = [0, 0, 0];
  for (const value of values) {
    p += ratio;
    if (value !== undefined) {
      const whole = p + 1;
      if (n > 0) {
        logs += Math.log(whole);
        squares += (value - x) ** 2 / whole;
      }
      n += 1;
      x += (p / whole) * (value - x);
      p /= whole;
    }
    mean.push(x);
    spread.push(p);
  }
  const freedom = Math.max(1, n - 1);
  return { log: -(logs + freedom * Math.log(Math.max(squares, 1e-12) / freedom)) / 2, ratio, mean, spread };
}

function smoothed({ ratio, mean, spread }: Filtered): number[] {
  const level = [...mean];
  for (let at = mean.length - 2; at >= 0; at -= 1) {
    level[at] = mean[at]! + (spread[at]! / (spread[at]! + ratio)) * (level[at + 1]! - mean[at]!);
  }
  return level;
}
