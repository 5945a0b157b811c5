import { existsSync, readFileSync, statSync } from "node:fs";
import { Fault, reason } from "../base/fault.ts";
import { printable } from "../base/text.ts";
import { type Benches, runsCalled } from "../bench/benches.ts";
import { type Comparison, compare, median } from "../bench/core/compare.ts";
import { POWER } from "../bench/core/detectable.ts";
import { differences } from "../bench/core/differences.ts";
import type { Environment } from "../bench/core/environment.ts";
import { MOST_EXACT } from "../bench/core/ranks.ts";
import { readReadings } from "../bench/core/read-readings.ts";
import type { Metrics } from "../bench/core/readings.ts";
import type { Run } from "../bench/core/run.ts";
import { metricOf, namesOf } from "../bench/measure.ts";
import type { ComparisonAsked, Said } from "../cli/world.ts";

const MOST_BYTES = 64 * 2 ** 20;
const MOST_READINGS = 1000; // a million differences
const verb = "bench compare";
const EXITS = { same: 0, different: 1, "cannot tell": 2 } as const;

/** Two sets of runs, or of files with readings: does one metric differ by more than a margin? */
export function compareReadings(kept: Benches, asked: ComparisonAsked): Said {
  const { a, b, metric: wanted, within, as } = asked;
  const [ours, theirs] = [readAll(kept, a, as), readAll(kept, b, as)];
  const metric = metricFor(wanted, ours.metrics, theirs.metrics);
  const [before, after] = [ours.metrics.get(metric)!, theirs.metrics.get(metric)!];
  const most = Math.max(before.length, after.length);
  if (most > MOST_READINGS) {
    const what = `${most} readings of ${metric} on one side are more than ${MOST_READINGS}: give one for each run, such as its median.`;
    throw new Fault("use.wrong", { what, verb });
  }
  const found = compare(before, after, within);
  const is = found?.is ?? "cannot tell";
  const apart = differences(ours.environments, theirs.environments);
  const notes = [...ours.notes, ...theirs.notes, ...apart.map((what) => `Warning: ${what}`)];
  const sides = { a: sideOf(before), b: sideOf(after) };
  const { detectable } = found ?? {};
  const least = detectable === undefined ? [] : [detectableSentence(detectable, within, sides.a)];
  const way = before.length + after.length > MOST_EXACT ? "normal" : "exact";
  return {
    says: [sentence(metric, found, within, sides), counted(sides, found, way), ...least, ...notes],
    answer: {
      metric,
      is,
      within,
      shift: found?.shift ?? null,
      chance: found?.chance ?? null,
      detectable: detectable === undefined ? null : { power: POWER, ...inUnits(detectable, sides.a) },
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

function readAll(kept: Benches, named: string, as: ComparisonAsked["as"]) {
  const metrics = new Map<string, number[]>();
  const notes: string[] = [];
  const environments: Environment[] = [];
  for (const path of existsSync(named) ? [named] : named.split(",")) {
    const runs = existsSync(path) ? [] : runsOf(kept, path);
    for (const run of runs) {
      for (const [name, values] of readingsOf(run))
        metrics.set(name, [...(metrics.get(name) ?? []), ...values]);
      environments.push(run.environment);
    }
    if (runs.length > 0) continue;
    const read = readReadings(textOf(path), as);
    if (!read.ok) {
      const why = read.at === 0 ? read.flaw : `line ${read.at}: ${read.flaw}`;
      throw new Fault("bench.unreadable", { path, why });
    }
    for (const [name, values] of read.value.metrics)
      metrics.set(name, [...(metrics.get(name) ?? []), ...values]);
    notes.push(...read.value.notes.map((note) => `Note on ${path}: ${note}.`));
  }
  return { metrics, notes, environments };
}

/** Of one condition: what a cache held changes what is measured more than most things that are compared. */
function runsOf(kept: Benches, called: string): Run[] {
  const runs = runsCalled(kept.all(), called);
  const conditions = [...new Set(runs.map(({ condition }) => condition))];
  if (conditions.length > 1) {
    const which = conditions.map((condition) => `${called}@${condition}`).join(", ");
    const what = `The runs called ${printable(called)} began in several conditions: say one of ${which}.`;
    throw new Fault("use.wrong", { what, verb });
  }
  if (runs.length === 0 && !/[/.]/.test(called)) throw new Fault("bench.no-run", { name: printable(called) });
  return runs;
}

function readingsOf(run: Run): [string, readonly number[]][] {
  if (run.readings !== undefined) return Object.entries(run.readings);
  return namesOf(run).map((name) => [name, [metricOf(run, name)!]]);
}

export function textOf(path: string): string {
  try {
    if (statSync(path).size > MOST_BYTES) throw new Error("it is larger than 64 MiB");
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Fault("bench.unreadable", { path, why: reason(error) }, error);
  }
}

/** The one that was named, else the only one that both have. */
function metricFor(wanted: string | undefined, a: Metrics, b: Metrics): string {
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

type Detectable = NonNullable<Comparison["detectable"]>;

/** Parts of A's median, and the same in what the metric is in. */
function inUnits({ fromNone, beyondMargin }: Detectable, { median: level }: Side) {
  const both = (part: number) => ({ part, value: part * Math.abs(level) });
  return { fromNone: both(fromNone), beyondMargin: both(beyondMargin) };
}

function detectableSentence(detectable: Detectable, within: number, a: Side): string {
  const { fromNone, beyondMargin } = inUnits(detectable, a);
  const told = ({ part, value }: { part: number; value: number }) =>
    `${number(100 * part)} % (${number(value)})`;
  return `As many readings with this noise would tell a difference of ${told(fromNone)} from none in 8 of 10 comparisons, and call one of ${told(beyondMargin)} more than ${number(100 * within)} %.`;
}

const chance = (part: number): string => (part < 0.001 ? "less than 0.1 %" : `${number(100 * part)} %`);
const number = (value: number): string => String(Number(value.toPrecision(4)));
const aside = (part: number): string =>
  `${Math.abs(100 * part).toFixed(1)} % ${part < 0 ? "below" : "above"}`;
