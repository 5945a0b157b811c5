import { existsSync, readFileSync, statSync } from "node:fs";
import { Fault, reason } from "../base/fault.ts";
import { printable } from "../base/text.ts";
import { type Comparison, compare, median } from "../bench/core/compare.ts";
import { MOST_EXACT } from "../bench/core/ranks.ts";
import { readReadings } from "../bench/core/read-readings.ts";
import type { Metrics } from "../bench/core/readings.ts";
import type { ComparisonAsked, Said } from "../cli/world.ts";

const MOST_BYTES = 64 * 2 ** 20;
const MOST_READINGS = 1000; // a million differences
const verb = "bench compare";
const EXITS = { same: 0, different: 1, "cannot tell": 2 } as const;

/** Two sets of files with readings: does one metric differ by more than a margin? */
export function compareFiles({ a, b, metric: wanted, within, as }: ComparisonAsked): Said {
  const [ours, theirs] = [readAll(a, as), readAll(b, as)];
  const metric = metricOf(wanted, ours.metrics, theirs.metrics);
  const [before, after] = [ours.metrics.get(metric)!, theirs.metrics.get(metric)!];
  const most = Math.max(before.length, after.length);
  if (most > MOST_READINGS) {
    const what = `${most} readings of ${metric} on one side are more than ${MOST_READINGS}: give one for each run, such as its median.`;
    throw new Fault("use.wrong", { what, verb });
  }
  const found = compare(before, after, within);
  const is = found?.is ?? "cannot tell";
  const notes = [...ours.notes, ...theirs.notes];
  const sides = { a: sideOf(before), b: sideOf(after) };
  const way = before.length + after.length > MOST_EXACT ? "normal" : "exact";
  return {
    says: [sentence(metric, found, within, sides), counted(sides, found, way), ...notes],
    answer: {
      metric,
      is,
      within,
      shift: found?.shift ?? null,
      chance: found?.chance ?? null,
      way,
      ...sides,
      notes,
    },
    exit: EXITS[is],
  };
}

type Side = { readonly readings: number; readonly median: number };
const sideOf = (readings: readonly number[]): Side => ({
  readings: readings.length,
  median: median(readings),
});

function readAll(named: string, as: ComparisonAsked["as"]) {
  const metrics = new Map<string, number[]>();
  const notes: string[] = [];
  for (const path of existsSync(named) ? [named] : named.split(",")) {
    const read = readReadings(textOf(path), as);
    if (!read.ok) {
      const why = read.at === 0 ? read.flaw : `line ${read.at}: ${read.flaw}`;
      throw new Fault("bench.unreadable", { path, why });
    }
    for (const [name, values] of read.value.metrics)
      metrics.set(name, [...(metrics.get(name) ?? []), ...values]);
    notes.push(...read.value.notes.map((note) => `Note on ${path}: ${note}.`));
  }
  return { metrics, notes };
}

function textOf(path: string): string {
  try {
    if (statSync(path).size > MOST_BYTES) throw new Error("it is larger than 64 MiB");
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Fault("bench.unreadable", { path, why: reason(error) }, error);
  }
}

/** The one that was named, else the only one that both have. */
function metricOf(wanted: string | undefined, a: Metrics, b: Metrics): string {
  const both = [...a.keys()].filter((name) => b.has(name));
  if (wanted !== undefined && both.includes(wanted)) return wanted;
  if (wanted === undefined && both.length === 1) return both[0]!;
  const list = (names: Iterable<string>) => printable([...names].join(", "), 1500);
  if (both.length === 0) {
    const what = `A and B have no metric in common. A has ${list(a.keys())}; B has ${list(b.keys())}.`;
    throw new Fault("use.wrong", { what, verb });
  }
  const why = wanted === undefined ? "Say one with --metric." : `"${printable(wanted)}" is not in both.`;
  throw new Fault("use.wrong", { what: `${why} A and B have ${list(both)}.`, verb });
}

function sentence(
  metric: string,
  found: Comparison | undefined,
  within: number,
  { a, b }: Record<"a" | "b", Side>,
) {
  if (found === undefined)
    return `${metric}: cannot tell, because the median of A is 0 and a margin is a part of it.`;
  const { middle, low, high } = found.shift;
  if (!Number.isFinite(low))
    return `${metric}: cannot tell, because ${a.readings} and ${b.readings} readings are too few for a 95 % interval; 4 and 4 are enough.`;
  const shift = `B lies ${aside(middle)} A (95 % interval: ${aside(low)} to ${aside(high)})`;
  const margin = `${number(100 * within)} %`;
  if (found.is === "same") return `${metric} is the same within ${margin}: ${shift}.`;
  if (found.is === "different") return `${metric} is different by more than ${margin}: ${shift}.`;
  return `${metric}: cannot tell whether it differs by more than ${margin}: ${shift}. More readings narrow that.`;
}

function counted(
  { a, b }: Record<"a" | "b", Side>,
  found: Comparison | undefined,
  way: "exact" | "normal",
): string {
  const sides = `A: ${a.readings} readings, median ${number(a.median)}; B: ${b.readings}, median ${number(b.median)}`;
  if (found === undefined) return `${sides}.`;
  const how = way === "exact" ? "exact" : "by the normal approximation";
  return `${sides}; were there no difference, ranks this far apart would come up in ${chance(found.chance)} of cases (${how}).`;
}

const chance = (part: number): string => (part < 0.001 ? "less than 0.1 %" : `${number(100 * part)} %`);
const number = (value: number): string => String(Number(value.toPrecision(4)));
const aside = (part: number): string =>
  `${Math.abs(100 * part).toFixed(1)} % ${part < 0 ? "below" : "above"}`;
