import type { BenchRun } from "../api/lab-rows.ts";
import type { LabCalls } from "../api/table.ts";
import { Fault } from "../base/fault.ts";
import { printable } from "../base/text.ts";
import { type Drawn, drawnOfRun, drawnSoFar } from "../bench/core/drawn.ts";
import { KINDS, type Kind, pictured } from "../bench/core/pictured.ts";
import { CONDITIONS, type Run } from "../bench/core/run.ts";
import { runLines, runSentence, statusWords } from "../bench/core/told.ts";
import type { UnderWay } from "../bench/under-way.ts";
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
  const runCalled = (id: string): Seen => {
    const underWay = kept.oneUnderWay(id);
    if (underWay !== undefined) return seenSoFar(underWay);
    const run = kept.one(id);
    if (run === undefined) throw new Fault("bench.no-run", { name: printable(id) });
    return { run: told(run), lines: runLines(run), drawn: drawnOfRun(run) };
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
    listBenches: async () => ({ runs: [...kept.underWay().map(toldSoFar), ...listed()] }),
    async showBench({ run: id, beside }) {
      const shown = runCalled(id);
      const others = [...new Set((beside ?? "").split(",").filter((one) => one !== "" && one !== id))];
      const all = [shown, ...others.slice(0, MOST_BESIDE).map(runCalled)];
      const runs = all.map(({ run }) => run);
      const names = [...new Set(runs.map(({ name }) => name))];
      const drawn = all.map((one) => ({ ...one.drawn, name: names.length > 1 ? one.run.name : one.run.id }));
      const baselines = baselinesFor(runs, listed(), kept);
      const pictureOf = (kind: Kind): string | null => {
        const made = pictured(drawn, { kind, fit: "loess", baselines });
        return made.ok ? svg(made.value) : null;
      };
      const [iops, latency, distribution] = KINDS.map(pictureOf) as [Drawing, Drawing, Drawing];
      return {
        ...{ run: shown.run, lines: shown.lines, pictures: { iops, latency, distribution } },
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

type Seen = { readonly run: BenchRun; readonly lines: string[]; readonly drawn: Drawn };

const told = (run: Run): BenchRun => ({ ...briefOf(run), says: runSentence(run), isUnderWay: false });

const toldSoFar = (run: UnderWay): BenchRun => ({
  ...briefOf(run),
  says: run.status === undefined ? "begins: it lays out its files" : statusWords(run.status),
  isUnderWay: true,
});

function seenSoFar(underWay: UnderWay): Seen {
  const run = toldSoFar(underWay);
  return { run, lines: [run.says], drawn: drawnSoFar(run.name, underWay.iops) };
}

const briefOf = ({ id, name, job, host, condition, startedAt }: Omit<UnderWay, "iops" | "status">) => ({
  ...{ id, name, job, host, condition: CONDITIONS[condition], startedAt },
});
