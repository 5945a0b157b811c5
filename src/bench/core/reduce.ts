import { flaw, ok, type Read } from "../../base/read.ts";
import { type Histogram, readHistogramLog } from "./fio-histograms.ts";
import { type FioOutput, fioTrouble, readFioJson } from "./fio-json.ts";
import { type Logged, logName, readFioLog } from "./fio-logs.ts";
import { latencyMap } from "./latency-map.ts";
import { mergedBins, metricsOf, percentilesOf } from "./metrics.ts";
import type { Counter, Latency, LatencyMap, Metrics, Run, Series, Way } from "./run.ts";
import { WAYS } from "./run.ts";
import { type Grid, meanOf, onGrid, stretchesOf, sumOf, withLastWindow } from "./series.ts";

/** What fio left behind: its JSON, and its logs by name. */
export type Left = {
  readonly json: string;
  readonly logs: ReadonlyMap<string, string>;
  readonly windowMs: number;
  readonly processes: number | undefined; // as the job has it
  readonly counters: readonly Counter[];
};
export type Reduced = Pick<Run, "series" | "metrics" | "latencies" | "maps" | "notes">;

/** One run in figures. A flaw says why none of it can be believed. */
export function reduce(left: Left): Read<Reduced> {
  const output = readFioJson(left.json);
  if (!output.ok) return output;
  const trouble = fioTrouble(output.value, left.processes);
  if (trouble !== undefined) return flaw(trouble);
  const rates = logsOf(left.logs, "iops", readFioLog);
  if (!rates.ok) return rates;
  const means = logsOf(left.logs, "lat", readFioLog);
  if (!means.ok) return means;
  const histograms = logsOf(left.logs, "clat_hist", readHistogramLog);
  if (!histograms.ok) return histograms;
  const logs = { rates: rates.value, means: means.value };
  const series = WAYS.flatMap((way) => seriesOf(way, output.value, logs, left.windowMs));
  const iops = sumOf(series.filter(({ unit }) => unit === "iops").map(({ values }) => [...values]));
  const metrics: Metrics = metricsOf(output.value, iops, left.windowMs, left.counters);
  const notes = iops.length === 0 ? ["fio left no log of its windows, so there is no series"] : [];
  const latencies = WAYS.flatMap((way) => latencyOf(way, output.value));
  const maps = WAYS.flatMap((way) => mapOf(way, output.value, histograms.value, left.windowMs));
  return ok({ series, metrics, latencies, maps, notes });
}

/** Those of one kind, by their process, from 1. */
function logsOf<Line>(
  logs: Left["logs"],
  kind: string,
  read: (text: string) => Read<Line[]>,
): Read<Map<number, readonly Line[]>> {
  const found = new Map<number, readonly Line[]>();
  for (const [name, text] of logs) {
    const known = logName(name);
    if (known?.kind !== kind) continue;
    const log = read(text);
    if (!log.ok) return flaw(`${name}: ${log.flaw}`, log.at);
    found.set(known.process, log.value);
  }
  return ok(found);
}

function seriesOf(
  way: Way,
  { processes }: FioOutput,
  logs: Readonly<Record<"rates" | "means", ReadonlyMap<number, readonly Logged[]>>>,
  stepMs: number,
): Series[] {
  const rates: Grid[] = [];
  const means: Grid[] = [];
  for (const [at, { done }] of processes.entries()) {
    const log = logs.rates.get(at + 1);
    const own = done.find((one) => one.way === way);
    if (log === undefined || own === undefined) continue;
    rates.push(onGrid(withLastWindow(stretchesOf(log, way), own), stepMs));
    means.push(onGrid(stretchesOf(logs.means.get(at + 1) ?? [], way), stepMs));
  }
  const grid = { startMs: 0, stepMs };
  const all: Series[] = [
    { name: `${way}-iops`, unit: "iops", ...grid, values: sumOf(rates) },
    { name: `${way}-latency`, unit: "ns", ...grid, values: meanOf(means, rates) },
  ];
  return all.filter(({ values }) => values.length > 0);
}

function latencyOf(way: Way, { processes }: FioOutput): Latency[] {
  const own = processes.flatMap(({ done }) => done.filter((one) => one.way === way));
  if (own.length === 0) return [];
  const bins = mergedBins(own.map((one) => one.bins));
  return [{ way, percentiles: percentilesOf(bins), bins }];
}

function mapOf(
  way: Way,
  { processes }: FioOutput,
  histograms: ReadonlyMap<number, readonly Histogram[]>,
  windowMs: number,
): LatencyMap[] {
  const own = processes.flatMap(({ done }, at) => {
    const one = done.find((each) => each.way === way);
    const logged = (histograms.get(at + 1) ?? []).filter((each) => each.way === way);
    return one === undefined ? [] : [{ histograms: logged, done: one }];
  });
  return latencyMap(way, own, windowMs);
}
