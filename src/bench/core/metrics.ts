import type { FioOutput } from "./fio-json.ts";
import type { Counter, Latency, Metrics } from "./run.ts";
import type { Grid } from "./series.ts";

/** What a name means. A run has those that can be told of it. */
export const METRICS = {
  "iops-mean": { unit: "iops", better: "higher", says: "requests a second, all processes, all of the run" },
  "iops-last-quarter": { unit: "iops", better: "higher", says: "the same in the last quarter of the run" },
  "seconds-to-90-percent": {
    unit: "s",
    better: "lower",
    says: "until the median of three windows is first at 90 % of the last quarter",
  },
  "bandwidth-mean": { unit: "B/s", better: "higher", says: "bytes a second, all processes" },
  "latency-mean": { unit: "ns", better: "lower", says: "from submission to completion" },
  "latency-p50": { unit: "ns", better: "lower", says: "half of the requests took no longer" },
  "latency-p99": { unit: "ns", better: "lower", says: "99 % of the requests took no longer" },
  "latency-p99.9": { unit: "ns", better: "lower", says: "99.9 % of the requests took no longer" },
  "cache-read-hit-ratio": {
    unit: "",
    better: "higher",
    says: "reads that dm-cache answered from the SSD, of all",
  },
} as const satisfies Record<string, { unit: string; better: "higher" | "lower"; says: string }>;

export type Bin = Latency["bins"][number];
const PERCENTS = [1, 5, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99];
const PLATEAU = 0.9;

export function metricsOf(
  output: FioOutput,
  iops: Grid,
  stepMs: number,
  counters: readonly Counter[],
): Metrics {
  const all = output.processes.flatMap(({ done }) => done);
  const perSecond = (amount: "requests" | "bytes") =>
    all.reduce((sum, one) => sum + (one.ms > 0 ? (1000 * one[amount]) / one.ms : 0), 0);
  const requests = all.reduce((sum, one) => sum + one.requests, 0);
  const bins = mergedBins(all.map((one) => one.bins));
  const last = lastQuarter(iops);
  const climb = secondsTo90(iops, stepMs);
  const found: [keyof typeof METRICS, number | undefined][] = [
    ["iops-mean", perSecond("requests")],
    ["iops-last-quarter", last],
    ["seconds-to-90-percent", climb],
    ["bandwidth-mean", perSecond("bytes")],
    ["latency-mean", all.reduce((sum, one) => sum + one.meanNs * one.requests, 0) / requests],
    ["latency-p50", percentile(bins, 50)],
    ["latency-p99", percentile(bins, 99)],
    ["latency-p99.9", percentile(bins, 99.9)],
    ["cache-read-hit-ratio", hitRatio(counters)],
  ];
  return Object.fromEntries(
    found.filter((pair): pair is [keyof typeof METRICS, number] => pair[1] !== undefined),
  );
}

/** Nothing is made up for a window that is missing; fewer than four have no last quarter. */
export function lastQuarter(iops: Grid): number | undefined {
  const there = iops.filter((one) => one !== null);
  if (there.length < 4) return undefined;
  const last = there.slice(-Math.floor(there.length / 4));
  return last.reduce((sum, one) => sum + one, 0) / last.length;
}

export function secondsTo90(iops: Grid, stepMs: number): number | undefined {
  const plateau = lastQuarter(iops);
  if (plateau === undefined) return undefined;
  for (let at = 0; at + 2 < iops.length; at += 1) {
    const three = iops.slice(at, at + 3).map((one) => one ?? 0);
    if (three.sort((a, b) => a - b)[1]! >= PLATEAU * plateau) return (at * stepMs) / 1000;
  }
  return undefined;
}

/** Of several processes or directions: requests of alike bins are added, which percentiles could not be. */
export function mergedBins(all: readonly (readonly Bin[])[]): Bin[] {
  const counts = new Map<number, number>();
  for (const { ns, count } of all.flat()) counts.set(ns, (counts.get(ns) ?? 0) + count);
  return [...counts].map(([ns, count]) => ({ ns, count })).sort((a, b) => a.ns - b.ns);
}

/** As fio reckons it: the first bin at which so many are done. */
export function percentile(bins: readonly Bin[], percent: number): number | undefined {
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  const wanted = (percent / 100) * all;
  let sum = 0;
  for (const { ns, count } of bins) {
    sum += count;
    if (sum >= wanted) return ns;
  }
  return undefined;
}

export const percentilesOf = (bins: readonly Bin[]): Latency["percentiles"] =>
  PERCENTS.flatMap((percent) => {
    const ns = percentile(bins, percent);
    return ns === undefined ? [] : [{ percent, ns }];
  });

function hitRatio(counters: readonly Counter[]): number | undefined {
  const grown = (name: string) => {
    const one = counters.find((counter) => counter.name === name);
    return one === undefined ? 0 : one.after - one.before;
  };
  const hits = grown("cache-read-hits");
  const all = hits + grown("cache-read-misses");
  return all > 0 ? hits / all : undefined;
}
