import type { Point } from "./picture.ts";
import { finite } from "./smooth.ts";

/** `span`: which part of the points a fit looks at. `robust`: how often what lies far off is trusted less. */
export type Loess = { readonly span: number; readonly robust: number };
export const LOESS: Loess = { span: 0.3, robust: 2 };

const MOST_FITS = 200;

/**
 * Cleveland's locally weighted lines (1979, 1981; R's `lowess`): at each x a straight line through the nearest points,
 * the near ones counting more (tricube). More than `MOST_FITS` places are fitted at every so many, and joined by lines.
 */
export function loess(points: readonly Point[], { span, robust }: Loess = LOESS): Point[] {
  const sorted = finite(points);
  if (sorted.length < 3) return sorted;
  const near = Math.max(2, Math.min(sorted.length, Math.floor(span * sorted.length + 1e-7)));
  const places = placesOf(sorted);
  let trust: Float64Array = new Float64Array(sorted.length).fill(1);
  let fits = places.map((x): Point => [x, fitAt(x, sorted, near, trust)]);
  for (let round = 0; round < robust; round += 1) {
    trust = trustIn(sorted, fits);
    fits = places.map((x): Point => [x, fitAt(x, sorted, near, trust)]);
  }
  return fits;
}

function placesOf(sorted: readonly Point[]): number[] {
  const all = [...new Set(sorted.map(([x]) => x))];
  if (all.length <= MOST_FITS) return all;
  const every = (all.length - 1) / (MOST_FITS - 1);
  return Array.from({ length: MOST_FITS }, (_, at) => all[Math.round(at * every)]!);
}

function fitAt(x: number, sorted: readonly Point[], near: number, trust: Float64Array): number {
  const [first, radius] = neighbours(x, sorted, near);
  const range = sorted.at(-1)![0] - sorted[0]![0];
  let [all, meanX, meanY] = [0, 0, 0];
  const weights: number[] = [];
  for (let at = first; at < sorted.length; at += 1) {
    const [px, py] = sorted[at]!;
    const away = Math.abs(px - x);
    if (px > x && away > 0.999 * radius && away > 0) break; // Cleveland's bounds for what is near and what is here
    const tricube = away <= 0.001 * radius ? 1 : away > 0.999 * radius ? 0 : (1 - (away / radius) ** 3) ** 3;
    const weight = tricube * trust[at]!;
    weights.push(weight);
    [all, meanX, meanY] = [all + weight, meanX + weight * px, meanY + weight * py];
  }
  if (all === 0) return sorted[Math.min(first, sorted.length - 1)]![1];
  [meanX, meanY] = [meanX / all, meanY / all];
  let [spread, slope] = [0, 0];
  for (const [at, weight] of weights.entries()) {
    const [px, py] = sorted[first + at]!;
    spread += (weight / all) * (px - meanX) ** 2;
    slope += (weight / all) * (px - meanX) * (py - meanY);
  }
  // points all at one place have no slope
  return Math.sqrt(spread) > 0.001 * range ? meanY + (slope / spread) * (x - meanX) : meanY;
}

/** Where the `near` nearest points begin, and how far the furthest of them lies. */
function neighbours(x: number, sorted: readonly Point[], near: number): [first: number, radius: number] {
  let first = Math.max(0, Math.min(firstFrom(x, sorted) - near, sorted.length - near));
  while (first + near < sorted.length && x - sorted[first]![0] > sorted[first + near]![0] - x) first += 1;
  return [first, Math.max(x - sorted[first]![0], sorted[first + near - 1]![0] - x)];
}

function firstFrom(x: number, sorted: readonly Point[]): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]![0] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Bisquare of what is left over, against six times its median. */
function trustIn(sorted: readonly Point[], fits: readonly Point[]): Float64Array {
  let at = 0;
  const left = sorted.map(([x, y]) => {
    while (at < fits.length - 2 && fits[at + 1]![0] < x) at += 1;
    const [a, b] = [fits[at]!, fits[at + 1] ?? fits[at]!];
    const part = b[0] === a[0] ? 0 : (x - a[0]) / (b[0] - a[0]);
    return Math.abs(y - a[1] - part * (b[1] - a[1]));
  });
  const order = [...left].sort((a, b) => a - b);
  const half = order.length / 2;
  const median = (order[Math.ceil(half) - 1]! + order[Math.floor(half)]!) / 2;
  const most = 6 * median;
  return Float64Array.from(left, (one) =>
    one <= 0.001 * most ? 1 : one > 0.999 * most ? 0 : (1 - (one / most) ** 2) ** 2,
  );
}
