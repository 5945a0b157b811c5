import { flaw, ok, type Read } from "../../base/read.ts";
import { type Counted, once } from "../../plot/core/distribution.ts";
import type { HeatMap } from "../../plot/core/heat.ts";
import type { Point } from "../../plot/core/picture.ts";
import { readFioLog } from "./fio-logs.ts";
import { CONDITIONS, type LatencyMap, type Run, type Series } from "./run.ts";

/** What can be seen of one run; empty is what it does not have. */
export type Drawn = {
  readonly name: string;
  readonly iops: readonly Point[]; // seconds and requests a second
  readonly latency: readonly Point[]; // seconds and the window's mean in µs
  readonly maps: readonly HeatMap[]; // every request by when it was done, in µs
  readonly requests: readonly Counted[]; // latencies of single requests, in µs
  readonly values: readonly Counted[]; // whatever a distribution is to be shown of
  readonly unit: string; // of `values`
};

export function drawnOfRun(run: Run): Drawn {
  const { name, condition, series, latencies, maps = [] } = run;
  const iops = summed(series.filter(({ unit }) => unit === "iops"));
  const isKnown = condition === "cache-empty" || condition === "cache-full";
  return {
    name: isKnown ? `${name}, ${CONDITIONS[condition]}` : name,
    iops,
    latency: series.filter(({ unit }) => unit === "ns").flatMap((one) => pointsOf(one, 1e-3)),
    maps: maps.map((one) => ({ name: `latency of each ${one.way} in µs`, columns: columnsOf(one) })),
    requests: latencies.flatMap(({ bins }) => bins.map(({ ns, count }) => ({ value: ns / 1000, count }))),
    ...{ values: once(iops.map(([, value]) => value)), unit: "IOPS" },
  };
}

const columnsOf = ({ stepMs, edges, columns }: LatencyMap): HeatMap["columns"] =>
  columns.map((counts, at) => ({
    x: [(at * stepMs) / 1000, ((at + 1) * stepMs) / 1000],
    bins: counts.flatMap((count, bin) =>
      count === 0 ? [] : [{ y: [edges[bin]! / 1000, edges[bin + 1]! / 1000] as const, count }],
    ),
  }));

/** Of one that is being measured there is only that much. */
export const drawnSoFar = (name: string, iops: readonly Point[]): Drawn => ({
  ...drawnOfValues(
    name,
    iops.map(([, value]) => value),
    "IOPS",
  ),
  iops,
});

/** Each window stands at its middle; one in which nothing was done is left out. */
function pointsOf({ startMs, stepMs, values }: Series, scale: number): Point[] {
  return values.flatMap((value, at): Point[] =>
    value === null ? [] : [[(startMs + (at + 0.5) * stepMs) / 1000, value * scale]],
  );
}

/** Reads and writes together, where they stand on one grid. */
function summed(all: readonly Series[]): Point[] {
  const sums = new Map<number, number>();
  for (const [second, value] of all.flatMap((one) => pointsOf(one, 1)))
    sums.set(second, (sums.get(second) ?? 0) + value);
  return [...sums].sort(([a], [b]) => a - b);
}

/** A log of fio's as it lies about: what kind it is of, its name says. */
export function drawnOfLog(name: string, kind: string, text: string): Read<Drawn> {
  const read = readFioLog(text);
  if (!read.ok) return read;
  const points = read.value.map(({ endMs, value }): Point => [endMs / 1000, value]);
  if (kind === "iops") return ok(drawnSoFar(name, points));
  if (kind === "bw") return flaw("a log of bandwidths is not drawn; the one with _iops in its name is");
  const latency = points.map(([second, ns]): Point => [second, ns / 1000]);
  return ok({
    ...drawnOfValues(
      name,
      latency.map(([, value]) => value),
      "µs",
    ),
    latency,
  });
}

export const drawnOfValues = (name: string, values: readonly number[], unit: string): Drawn => ({
  ...{ name, unit, iops: [], latency: [], maps: [], requests: [], values: once(values) },
});
