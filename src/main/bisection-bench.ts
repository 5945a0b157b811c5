import type { Benches } from "../bench/benches.ts";
import { differences } from "../bench/core/differences.ts";
import { drawnOfRun } from "../bench/core/drawn.ts";
import { pictured } from "../bench/core/pictured.ts";
import type { Run } from "../bench/core/run.ts";
import { measureOnce } from "../bench/measure.ts";
import type { Answer } from "../bisect/core/oracle.ts";
import { outcomeOf } from "../bisect/core/outcome.ts";
import type { State } from "../bisect/core/replay.ts";
import type { Report } from "../bisect/core/report.ts";
import type { BenchOracle, Settings } from "../bisect/core/settings.ts";
import type { Task } from "../bisect/workshop.ts";
import type { Host } from "../host/host.ts";
import { SHEET, svg } from "../plot/core/svg.ts";
import { baselinesFor } from "./baselines.ts";

/** A bench as a bisection's oracle: its runs are kept among all others, called after the search and the commit. */
export function benchFor(
  { name, withinMs }: Pick<Settings, "name" | "withinMs">,
  { kept, signal }: { kept: Benches; signal: AbortSignal },
): (host: Host, task: Task, oracle: BenchOracle) => Promise<Answer> {
  return async (host, task, { job, set, metric, directory }) => {
    const by = { benches: kept, now: Date.now, newId: () => task.run, signal, tell: () => {} };
    const wish = { job, set, metric, directory, withinMs, condition: "as-found" as const };
    const read = await measureOnce(host, { ...wish, name: benchName(name, task.commit) }, by);
    if (read.is === "trouble") return { is: "trouble", because: read.why, again: read.again };
    return { is: "reading", value: read.value };
  };
}

/**
 * IOPS over time of the versions that decide: the ends, and the read commits on both sides of the change,
 * each by its last run. Nothing where no bench was read, or its runs are gone.
 */
export function curvesOf({ settings, readings }: State, report: Report, kept: Benches): string[] {
  if (settings.oracle.is !== "bench") return [];
  const { inOrder, found } = readOf(report);
  const deciding = [...new Set([0, ...(found < 1 ? [] : [found - 1, found]), inOrder.length - 1])];
  const shown = deciding.flatMap((at) => {
    const last = readings.findLast(({ commit }) => commit === inOrder[at]);
    const run = last === undefined ? undefined : kept.one(last.run);
    return run === undefined ? [] : [{ run, commit: last!.commit.slice(0, 12) }];
  });
  if (shown.length === 0) return [];
  const baselines = baselinesFor(
    shown.map(({ run }) => run),
    kept.all(),
    kept,
  );
  const drawn = shown.map(({ run, commit }) => ({ ...drawnOfRun(run), name: commit }));
  const made = pictured(drawn, { kind: "iops", fit: "bezier", baselines });
  return made.ok ? [svg(made.value, { ...SHEET, within: "page" })] : [];
}

/** The read commits, oldest first, and the place of the culprit among them; -1 where none is known. */
function readOf({ readings, standing }: Report): { inOrder: readonly string[]; found: number } {
  const inOrder = readings.map(({ commit }) => commit);
  return { inOrder, found: inOrder.indexOf(outcomeOf(standing) ?? "") };
}

/** The report, with what else differed between the runs before the change and those from it on. */
export function withSurroundings({ readings }: State, report: Report, kept: Benches): Report {
  const { inOrder, found } = readOf(report);
  if (found < 1) return report;
  const sides: [Run[], Run[]] = [[], []];
  for (const { commit, run } of readings) {
    const side = sides[inOrder.indexOf(commit) < found ? 0 : 1];
    side.push(...[kept.one(run)].flatMap((one) => one ?? []));
  }
  const [before, after] = sides.map((side) => side.map(({ environment }) => environment));
  const apart = differences(before!, after!, { except: ["kernel"] });
  return { ...report, uncontrolled: [...report.uncontrolled, ...apart] };
}

/** What a commit's runs are called: `rackhand bench plot NAME` draws them. */
export const benchName = (search: string, commit: string): string => `${search}-${commit.slice(0, 12)}`;
