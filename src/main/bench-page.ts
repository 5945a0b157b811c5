import type { BenchRun } from "../api/lab-rows.ts";
import type { LabCalls } from "../api/table.ts";
import { Fault } from "../base/fault.ts";
import { printable } from "../base/text.ts";
import { drawnOfRun } from "../bench/core/drawn.ts";
import { KINDS, type Kind, pictured } from "../bench/core/pictured.ts";
import { CONDITIONS, type Run } from "../bench/core/run.ts";
import { runLines, runSentence } from "../bench/core/told.ts";
import { svg } from "../plot/core/svg.ts";
import { baselinesFor } from "./baselines.ts";
import { benchesOf } from "./benches.ts";
import { compareReadings } from "./compare.ts";

const MOST_BESIDE = 11; // with the run itself as many as one picture tells apart
const METRIC = "iops-mean";

/** Kept runs as the service shows them. A run never changes, so each is read once for the list. */
export function benchRunsOf(state: string): Pick<LabCalls, "listBenches" | "showBench"> {
  const kept = benchesOf(state);
  const known = new Map<string, BenchRun>();
  const runCalled = (id: string): Run => {
    const run = kept.one(id);
    if (run === undefined) throw new Fault("bench.no-run", { name: printable(id) });
    return run;
  };
  const listed = (): BenchRun[] => {
    const ids = kept.ids();
    for (const gone of [...known.keys()].filter((id) => !ids.includes(id))) known.delete(gone);
    for (const id of ids) {
      const run = known.has(id) ? undefined : kept.one(id);
      if (run !== undefined) known.set(id, told(run));
    }
    return [...known.values()].sort((a, b) => b.startedAt - a.startedAt);
  };
  return {
    listBenches: async () => ({ runs: listed() }),
    async showBench({ run: id, beside }) {
      const run = runCalled(id);
      const others = [...new Set((beside ?? "").split(",").filter((one) => one !== "" && one !== id))];
      const runs = [run, ...others.slice(0, MOST_BESIDE).map(runCalled)];
      const names = [...new Set(runs.map(({ name }) => name))];
      const drawn = runs.map((one) => ({ ...drawnOfRun(one), name: names.length > 1 ? one.name : one.id }));
      const baselines = baselinesFor(runs, listed(), kept);
      const pictureOf = (kind: Kind): string | null => {
        const made = pictured(drawn, { kind, fit: "loess", baselines });
        return made.ok ? svg(made.value) : null;
      };
      const [iops, latency, distribution] = KINDS.map(pictureOf) as [Drawing, Drawing, Drawing];
      return {
        ...{ run: told(run), lines: runLines(run), pictures: { iops, latency, distribution } },
        comparison: names.length === 2 ? compared(names as [string, string]) : [],
      };
    },
  };

  /** Of all runs of the two names: what is not comparable says so. */
  function compared([a, b]: [string, string]): string[] {
    try {
      return [...compareReadings(kept, { a, b, metric: METRIC, within: 0.05, as: undefined }).says];
    } catch (error) {
      if (error instanceof Fault) return [error.says];
      throw error;
    }
  }
}

type Drawing = string | null;

const told = (run: Run): BenchRun => {
  const { id, name, job, host, condition, startedAt } = run;
  return { id, name, job, host, condition: CONDITIONS[condition], startedAt, says: runSentence(run) };
};
