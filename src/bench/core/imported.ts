import { flaw, ok, type Read } from "../../base/read.ts";
import { median } from "./compare.ts";
import { type Logged, logName, readFioLog } from "./fio-logs.ts";
import { lastQuarter, secondsTo90 } from "./metrics.ts";
import { type Format, readReadings } from "./read-readings.ts";
import { reduce } from "./reduce.ts";
import { type Run, WAYS } from "./run.ts";
import { onGrid, stretchesOf, sumOf } from "./series.ts";

export type ImportedFile = { readonly name: string; readonly text: string };
export type Imported = Pick<Run, "series" | "metrics" | "latencies" | "maps" | "notes" | "readings" | "job">;

/** What another program measured: fio's JSON with its logs, its logs alone, or readings of any of the formats. */
export function importFiles(files: readonly ImportedFile[], as: Format | undefined): Read<Imported> {
  const logs = files.filter(({ name }) => logName(name) !== undefined);
  const rest = files.filter((file) => !logs.includes(file));
  if (rest.length > 1) return flaw("more than one file that is no log: import each by itself");
  const [one] = rest;
  if (one === undefined) return fromLogs(logs);
  if (logs.length > 0 || (as ?? "fio") === "fio") {
    const step = stepOf(logs);
    if (!step.ok) return step;
    const whole = reduce({
      ...{ json: one.text, logs: new Map(logs.map(({ name, text }) => [name, text])) },
      ...{ windowMs: step.value, processes: undefined, counters: [] },
    });
    if (whole.ok) return ok({ ...whole.value, job: "fio" });
    if (logs.length > 0 || as === "fio" || /"fio version"/.test(one.text)) return whole;
  }
  const read = readReadings(one.text, as);
  if (!read.ok) return read;
  const readings = Object.fromEntries(read.value.metrics);
  const metrics = Object.fromEntries([...read.value.metrics].map(([name, all]) => [name, median(all)]));
  return ok({ series: [], latencies: [], metrics, readings, notes: read.value.notes, job: "import" });
}

/** The windows of a log, as long as most of them are; single requests have none. */
function stepOf(logs: readonly ImportedFile[]): Read<number> {
  for (const { name, text } of logs) {
    if (logName(name)?.kind !== "iops") continue;
    const log = readFioLog(text);
    if (!log.ok) return flaw(`${name}: ${log.flaw}`, log.at);
    if (log.value.every(({ value }) => value === 1))
      return flaw(`${name} has a line for each request, not for windows: fio's log_avg_msec makes those`);
    const steps = log.value
      .map(({ endMs }, at) => endMs - (log.value[at - 1]?.endMs ?? 0))
      .filter((one) => one > 0);
    if (steps.length > 0) return ok(Math.max(10, Math.round(median(steps) / 10) * 10));
  }
  return logs.length === 0 ? ok(500) : flaw("there is no iops log among them");
}

function fromLogs(files: readonly ImportedFile[]): Read<Imported> {
  const step = stepOf(files);
  if (!step.ok) return step;
  const logs: Logged[][] = [];
  for (const { name, text } of files) {
    if (logName(name)?.kind !== "iops") continue;
    const log = readFioLog(text);
    if (!log.ok) return flaw(`${name}: ${log.flaw}`, log.at);
    logs.push(log.value);
  }
  const stepMs = step.value;
  const series = WAYS.flatMap((way) => {
    const values = sumOf(logs.map((log) => onGrid(stretchesOf(log, way), stepMs)));
    return values.length === 0
      ? []
      : [{ name: `${way}-iops`, unit: "iops" as const, startMs: 0, stepMs, values }];
  });
  const iops = sumOf(series.map(({ values }) => values));
  if (iops.length === 0) return flaw("there is no window in them");
  const mean = iops.reduce<number>((sum, value) => sum + (value ?? 0), 0) / iops.length;
  const [last, climb] = [lastQuarter(iops), secondsTo90(iops, stepMs)];
  const metrics = {
    "iops-mean": mean,
    ...(last === undefined ? {} : { "iops-last-quarter": last }),
    ...(climb === undefined ? {} : { "seconds-to-90-percent": climb }),
  };
  const notes = ["of logs alone: fio leaves its last, unfinished window out of them"];
  return ok({ series, metrics, latencies: [], notes, job: "fio" });
}
