import type { Point } from "./picture.ts";

/**
 * The Bézier curve that has all points as its control points, as gnuplot's `smooth bezier`: at each of `samples` moments
 * a mean of all points with Bernstein's weights. They are reckoned as logarithms, since thousands of points have binomials
 * beyond every number; those further than nine deviations off weigh less than 1e-17.
 */
export function bezier(points: readonly Point[], samples = 200): Point[] {
  const sorted = finite(points);
  const degree = sorted.length - 1;
  if (degree < 1) return sorted;
  const logs = logFactorials(degree);
  return Array.from({ length: samples }, (_, at) => {
    const t = at / (samples - 1);
    if (t === 0 || t === 1) return sorted[t * degree]!;
    const reach = 9 * Math.sqrt(degree * t * (1 - t)) + 9;
    const [first, last] = [Math.max(0, Math.floor(degree * t - reach)), Math.min(degree, degree * t + reach)];
    let [x, y, all] = [0, 0, 0];
    for (let i = first; i <= last; i += 1) {
      const ways = logs[degree]! - logs[i]! - logs[degree - i]!;
      const weight = Math.exp(ways + i * Math.log(t) + (degree - i) * Math.log1p(-t));
      x += weight * sorted[i]![0];
      y += weight * sorted[i]![1];
      all += weight;
    }
    return [x / all, y / all];
  });
}

function logFactorials(most: number): Float64Array {
  const logs = new Float64Array(most + 1);
  for (let at = 2; at <= most; at += 1) logs[at] = logs[at - 1]! + Math.log(at);
  return logs;
}

/** By x, and only what is a number. */
export const finite = (points: readonly Point[]): Point[] =>
  points.filter((point) => point.every(Number.isFinite)).sort(([a], [b]) => a - b);
