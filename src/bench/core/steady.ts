import { changePoints } from "./change-points.ts";
import type { Run, Series } from "./run.ts";

export type Steadiness =
  | { readonly is: "steady"; readonly fromSecond: number; readonly mean: number }
  | { readonly is: "not-steady"; readonly why: string };

const WINDOWS = 5;
const MOST_RANGE = 0.2;
const MOST_SLOPE = 0.1;
const LEAST_VALUES = 2 * WINDOWS;
/** What is called steady lasts at least this part of the run. */
const LEAST_PART = 1 / 3;

/**
 * Whether a run came to rest, by the measure of SNIA's Solid State Storage Performance Test Specification
 * (2.0.2, "steady state"): over five windows the highest mean lies at most 20 % of their mean above the
 * lowest, and the line fitted through them climbs or falls by at most 10 % of it. There the windows are
 * rounds of a minute; here they are the fifths of what is left after the warm-up, which ends where the
 * level changes (change-points.ts).
 */
export function steadiness({ values, startMs, stepMs }: Series): Steadiness {
  const done = values.map((value) => value ?? 0); // nothing done is a rate of 0
  if (done.length < LEAST_VALUES) {
    return unsteady(`it has ${done.length} windows, and fewer than ${LEAST_VALUES} tell nothing`);
  }
  const changes = changePoints(done);
  const least = Math.max(LEAST_VALUES, Math.ceil(done.length * LEAST_PART));
  const second = (at: number) => (startMs + at * stepMs) / 1000;
  let why = "";
  for (const start of [0, ...changes]) {
    const rest = done.slice(start);
    if (rest.length < least) {
      const short = `what follows ${seconds(second(start))} is too short (${seconds((least * stepMs) / 1000)} are needed)`;
      return unsteady(start === 0 ? why : `${why}; its level changes still, and ${short}`);
    }
    const until = (changes.find((change) => change > start) ?? done.length) - start;
    why = flawOf(rest, until);
    if (why === "") return { is: "steady", fromSecond: second(start), mean: mean(rest) };
  }
  return unsteady(why);
}

/** Of each rate that a run has: reads and writes come to rest by themselves. */
export const steadinessOf = ({ series }: Pick<Run, "series">): ReadonlyMap<string, Steadiness> =>
  new Map(series.filter(({ unit }) => unit === "iops").map((one) => [one.name, steadiness(one)]));

const unsteady = (why: string): Steadiness => ({ is: "not-steady", why });
const seconds = (value: number): string => `${Number(value.toFixed(1))} s`;
const percent = (part: number): string => `${Number((100 * part).toFixed(1))} %`;

/** What speaks against it, or nothing. `until`: where its first level ends, which must not be a warm-up. */
function flawOf(values: readonly number[], until: number): string {
  const middle = mean(values);
  if (!(middle > 0)) return "nothing was done";
  const windows = Array.from({ length: WINDOWS }, (_, at) => {
    const edge = (n: number) => Math.round((n * values.length) / WINDOWS);
    return mean(values.slice(edge(at), edge(at + 1)));
  });
  const range = (Math.max(...windows) - Math.min(...windows)) / middle;
  if (range > MOST_RANGE) {
    return `the means of its five windows lie ${percent(range)} of their mean apart (${percent(MOST_RANGE)} may)`;
  }
  const climb = slopeOf(windows) / middle;
  if (Math.abs(climb) > MOST_SLOPE) {
    return `it ${climb > 0 ? "climbs" : "falls"} by ${percent(Math.abs(climb))} (${percent(MOST_SLOPE)} may)`;
  }
  const first = mean(values.slice(0, until)) / middle - 1;
  if (Math.abs(first) > MOST_SLOPE) return `it begins ${percent(Math.abs(first))} off its mean`;
  return "";
}

/** By how much the line of least squares changes from the first window to the last. */
function slopeOf(windows: readonly number[]): number {
  const half = (windows.length - 1) / 2;
  const products = windows.map((value, at) => (at - half) * value);
  const squares = windows.map((_, at) => (at - half) ** 2);
  return (sum(products) / sum(squares)) * (windows.length - 1);
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
