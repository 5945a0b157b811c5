import { reach, timeSpan } from "./axis.ts";
import { loess } from "./loess.ts";
import { type Ink, inkOf, type Mark, type Picture, type Point } from "./picture.ts";
import { quantile, sortedOf } from "./quantile.ts";
import { bezier } from "./smooth.ts";

export const FITS = ["bezier", "loess", "none"] as const;
export type Fit = (typeof FITS)[number];
export type Curve = { readonly name: string; readonly points: readonly Point[] }; // seconds and IOPS

/** What lies between for comparison: the middle nine tenths of its values, over the whole width. */
export type Baseline = { readonly name: string; readonly values: readonly number[] };

const FIT: Readonly<Record<Fit, (points: readonly Point[]) => readonly Point[]>> = {
  bezier: (points) => bezier(points),
  loess: (points) => loess(points),
  none: () => [],
};

/** Every window as a point and, through them, a smooth line for each version. */
export function iopsOverTime(
  versions: readonly Curve[],
  { fit, baselines = [] }: { fit: Fit; baselines?: readonly Baseline[] },
): Picture {
  const x = timeSpan(versions.flatMap(({ points }) => points.map(([at]) => at)));
  const bands = baselines.map((one, at) => bandOf(one, [x.from, x.to], inkOf(5 - at)));
  const raw = versions.map(({ name, points }, at): Mark => {
    const label = fit === "none" ? { label: name } : {};
    return { as: "scatter", ink: inkOf(at), points, ...label };
  });
  const lines =
    fit === "none" ? [] : versions.map(({ name, points }, at) => lineOf(name, FIT[fit](points), inkOf(at)));
  const heights = [...versions.flatMap(({ points }) => points.map(([, y]) => y)), ...bands.flatMap(highOf)];
  return {
    title: "IOPS over time",
    x: { label: "time in s", ...x },
    panels: [
      {
        share: 1,
        y: { label: "IOPS", ...reach(heights, { zero: true }) },
        marks: [...bands, ...raw, ...lines],
      },
    ],
  };
}

const lineOf = (label: string, points: readonly Point[], ink: Ink): Mark => ({
  as: "line",
  label,
  points,
  ink,
});

function bandOf({ name, values }: Baseline, [from, to]: readonly [number, number], ink: Ink): Mark {
  const sorted = sortedOf(values);
  if (sorted.length === 0) return { as: "band", ink, parts: [] };
  const [low, high] = [quantile(sorted, 0.05), quantile(sorted, 0.95)];
  return { as: "band", ink, label: name, parts: [from, to].map((x) => ({ x, low, high })) };
}

const highOf = (mark: Mark): number[] => (mark.as === "band" ? mark.parts.map(({ high }) => high) : []);
