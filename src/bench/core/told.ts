import { duration, size } from "../../base/units.ts";
import { disturbances } from "./differences.ts";
import { type Environment, type Moment, SETTINGS, type Setting } from "./environment.ts";
import type { FioStatus } from "./fio-status.ts";
import { METRICS } from "./metrics.ts";
import { CONDITIONS, type Run } from "./run.ts";
import { type Steadiness, steadinessOf } from "./steady.ts";

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

/** How far fio is. */
export const statusWords = ({ percent, iops, left }: FioStatus): string =>
  `${percent} % done, ${left} left, ${shown(iops, "iops")}`;

/** A run in lines: what, where, how it was, what came of it. */
export function runLines(run: Run): string[] {
  const where = run.directory === "" ? run.host : `${run.host}, ${run.directory}`;
  const pairs: [string, string][] = [
    ...Object.entries(run.metrics).map(([name, value]): [string, string] => [name, figure(name, value)]),
    ...run.counters.map(({ name, unit, before, after }): [string, string] => [
      `${name} grew by`,
      `${after - before} ${unit}`,
    ]),
    ...Object.entries(run.environment.settings).map(([name, value]): [string, string] => [
      SETTINGS[name as Setting] ?? name,
      value,
    ]),
    ...momentLines(run.environment),
  ];
  const width = Math.max(0, ...pairs.map(([name]) => name.length));
  return [
    `${run.id}: ${run.name}, job ${run.job}, on ${where}`,
    `began ${new Date(run.startedAt).toISOString()}; condition: ${CONDITIONS[run.condition]}`,
    ...pairs.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    ...[...run.notes, ...disturbances(run.environment)].map((note) => `Note: ${note}.`),
    ...[...steadinessOf(run)].map(([name, found]) => steadyLine(name, found)),
  ];
}

const steadyLine = (name: string, found: Steadiness): string =>
  found.is === "steady"
    ? `${name}: steady from ${duration(1000 * found.fromSecond)} on, at ${shown(found.mean, "iops")}.`
    : `${name}: not steady: ${found.why}.`;

function momentLines({ before, after }: Environment): [string, string][] {
  const told = ({ load, hottest, busy }: Moment): string =>
    [
      ...(load === null ? [] : [`load ${load}`]),
      ...(hottest === null ? [] : [`hottest sensor ${hottest.toFixed(0)} °C`]),
      ...busy.map(({ name, part }) => `${name} ${Math.round(100 * part)} % of a processor`),
    ].join(", ");
  return [
    ...(before === null ? [] : [["before", told(before)] as [string, string]]),
    ...(after === null ? [] : [["after", told(after)] as [string, string]]),
  ];
}

/** One sentence as soon as it is done. */
export function runSentence(run: Run): string {
  const { id, name, condition, metrics } = run;
  const rates = [...steadinessOf(run).values()];
  const iops = metrics["iops-mean"];
  const tail = metrics["iops-last-quarter"];
  const figures = [
    ...(iops === undefined ? [] : [`${shown(iops, "iops")} on average`]),
    ...(tail === undefined ? [] : [`${shown(tail, "iops")} in its last quarter`]),
    ...(rates.length === 0 ? [] : [rates.every(({ is }) => is === "steady") ? "steady" : "not steady"]),
  ];
  const what = figures.length === 0 ? "" : `, ${figures.join(", ")}`;
  return `${name} (${CONDITIONS[condition]})${what}: run ${id}`;
}
