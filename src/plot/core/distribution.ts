import { reach } from "./axis.ts";
import { type Axis, inkOf, type Mark, type Picture, type Point } from "./picture.ts";
import { sortedOf } from "./quantile.ts";

/** Values, each as often as it was seen. */
export type Spread = { readonly name: string; readonly values: readonly Counted[] };
export type Counted = { readonly value: number; readonly count: number };

export const once = (values: readonly number[]): Counted[] =>
  sortedOf(values).map((value) => ({ value, count: 1 }));

/** For each run the share of its values that are at most x, and where its median lies. */
export function distribution(
  runs: readonly Spread[],
  { title, unit, scale }: { title: string; unit: string; scale: Axis["scale"] },
): Picture {
  const all = runs.flatMap(({ values }) => values.map(({ value }) => value));
  const x = reach(all, { scale });
  const marks = runs.flatMap(({ name, values }, at): Mark[] => {
    const points = shares(values);
    if (points.length === 0) return [];
    const ink = inkOf(at);
    const median = points.find(([, share]) => share >= 50)!;
    return [
      { as: "step", ink, label: name, points: [[points[0]![0], 0], ...points] },
      { as: "scatter", ink, points: [[median[0], 50]] },
    ];
  });
  return {
    title,
    x: { label: `${unit}; the sign at 50 % is the median`, ...x },
    panels: [{ share: 1, y: { label: "% of values at most", scale: "linear", from: 0, to: 100 }, marks }],
  };
}

function shares(values: readonly Counted[]): Point[] {
  const sorted = [...values].sort((a, b) => a.value - b.value);
  const total = sorted.reduce((sum, { count }) => sum + count, 0);
  let below = 0;
  return sorted.map(({ value, count }): Point => {
    below += count;
    return [value, (100 * below) / total];
  });
}
