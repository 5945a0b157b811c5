import { size } from "../../base/units.ts";
import { METRICS } from "./metrics.ts";
import { CONDITIONS, type Run } from "./run.ts";

/** A figure and its unit as a person reads it. */
export function shown(value: number, unit: string): string {
  if (unit === "ns") return time(value);
  if (unit === "B/s") return `${size(Math.round(value))}/s`;
  if (unit === "") return `${(100 * value).toFixed(1)} %`;
  return `${Number(value.toPrecision(4))} ${unit}`;
}

function time(ns: number): string {
  const [scale, unit] = ns < 1e3 ? [1, "ns"] : ns < 1e6 ? [1e3, "µs"] : ns < 1e9 ? [1e6, "ms"] : [1e9, "s"];
  return `${Number((ns / Number(scale)).toPrecision(4))} ${unit}`;
}

const unitOf = (metric: string): string | undefined =>
  (METRICS as Readonly<Record<string, { readonly unit: string }>>)[metric]?.unit;
const figure = (metric: string, value: number): string => {
  const unit = unitOf(metric);
  return unit === undefined ? String(Number(value.toPrecision(6))) : shown(value, unit);
};

/** A run in lines: what, where, how it was, what came of it. */
export function runLines(run: Run): string[] {
  const where = run.directory === "" ? run.host : `${run.host}, ${run.directory}`;
  const pairs: [string, string][] = [
    ...Object.entries(run.metrics).map(([name, value]): [string, string] => [name, figure(name, value)]),
    ...run.counters.map(({ name, unit, before, after }): [string, string] => [
      `${name} grew by`,
      `${after - before} ${unit}`,
    ]),
    ...Object.entries(run.environment),
  ];
  const width = Math.max(0, ...pairs.map(([name]) => name.length));
  return [
    `${run.id}: ${run.name}, job ${run.job}, on ${where}`,
    `began ${new Date(run.startedAt).toISOString()}; condition: ${CONDITIONS[run.condition]}`,
    ...pairs.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    ...run.notes.map((note) => `Note: ${note}.`),
  ];
}

/** One sentence as soon as it is done. */
export function runSentence({ id, name, condition, metrics }: Run): string {
  const iops = metrics["iops-mean"];
  const tail = metrics["iops-last-quarter"];
  const figures = [
    ...(iops === undefined ? [] : [`${shown(iops, "iops")} on average`]),
    ...(tail === undefined ? [] : [`${shown(tail, "iops")} in its last quarter`]),
  ];
  const what = figures.length === 0 ? "" : `, ${figures.join(", ")}`;
  return `${name} (${CONDITIONS[condition]})${what}: run ${id}`;
}
