import {
  type Beside,
  type Engine,
  type Evidence,
  type Forecast,
  OLD_END,
  type Search,
  type Verdict,
} from "./engine.ts";
import { historyOf } from "./history.ts";
import type { Line } from "./journal.ts";
import { answersOf, type Settings } from "./settings.ts";
import type { Stage } from "./stage.ts";

type Of<Is extends Line["is"]> = Extract<Line, { is: Is }>;

/** What a journal amounts to. */
export type State = {
  readonly settings: Settings;
  readonly stage: Stage; // the last of the stages
  readonly stages: readonly Stage[];
  readonly through: readonly Through[]; // merges looked into, outermost first
  readonly readings: readonly Of<"reading">[]; // of all stages
  readonly stageBegan: number; // how many readings came before this stage
  readonly built: ReadonlyMap<string, readonly string[]>; // the builds that lie ready, by commit
  readonly refused: ReadonlyMap<string, string>; // commit -> why it cannot be read
  readonly troubles: readonly Of<"trouble">[];
  readonly surroundings: readonly Of<"surroundings">[];
  readonly spentMs: number; // in runs and builds
  readonly buildMs: readonly number[];
};

type Through = { readonly merge: string; readonly sure: number; readonly beside?: Beside<string> };

export const replay = (lines: readonly Line[]): State => following(lines)();

/** The same of a journal that grows: each time only what was added since is read. */
export function following(lines: readonly Line[]): () => State {
  const [first] = lines;
  if (first?.is !== "begun") throw new Error("a journal begins with its settings");
  const built = new Map<string, string[]>();
  const refused = new Map<string, string>();
  const [readings, troubles, buildMs]: [Of<"reading">[], Of<"trouble">[], number[]] = [[], [], []];
  const surroundings: Of<"surroundings">[] = [];
  const through: Through[] = [];
  const stages = [first.stage];
  let [stageBegan, spentMs, seen] = [0, 0, 0];
  const hear = (line: Line): void => {
    if ("tookMs" in line) spentMs += line.tookMs;
    if (line.is === "reading") readings.push(line);
    else if (line.is === "trouble") troubles.push(line);
    else if (line.is === "surroundings") surroundings.push(line);
    else if (line.is === "unbuildable" || line.is === "skipped") refused.set(line.commit, line.because);
    else if (line.is === "gone")
      built.set(
        line.commit,
        (built.get(line.commit) ?? []).filter((one) => one !== line.build),
      );
    else if (line.is === "built") {
      const builds = built.get(line.commit) ?? [];
      if (!builds.includes(line.build)) built.set(line.commit, [...builds, line.build]); // one on each machine
      buildMs.push(line.tookMs);
    } else if (line.is === "stage") {
      const { stage, sure, beside } = line;
      through.push({ merge: stage.inside ?? "", sure, ...(beside === undefined ? {} : { beside }) });
      stages.push(line.stage);
      stageBegan = readings.length;
    }
  };
  const { settings } = first;
  return () => {
    for (; seen < lines.length; seen += 1) hear(lines[seen]!);
    const all = { settings, stages, through, readings, built, refused, troubles, surroundings, buildMs };
    return { ...all, stage: stages.at(-1)!, stageBegan, spentMs };
  };
}

export type Pending = readonly { readonly commit: string; readonly machine: string }[];

/** What is to be done now; `chances` are of the stage's commits. */
export type Move = { readonly chances: ArrayLike<number>; readonly forecast?: Forecast } & (
  | { readonly do: "read"; readonly commit: string; readonly because: string }
  | { readonly do: "wait" }
  | {
      readonly do: "look-inside";
      readonly merge: string;
      readonly sure: number;
      readonly beside?: Beside<string>;
    }
  | { readonly do: "end"; readonly outcome: Verdict<string> }
);

/** `away`: machines that nothing is to be asked of now. */
export function moveOf(
  state: State,
  engine: Engine,
  pending: Pending = [],
  away: readonly string[] = [],
): Move {
  const { stage, settings, through } = state;
  // a merge that brought nothing to look into is the answer itself
  if (stage.ids.length === 0) return { do: "end", chances: [], outcome: mergeItself(state, NO_EFFECT) };
  const idOf = (commit: number) => (commit === OLD_END ? stage.old : stage.ids[commit]!);
  const { next, ...seen } = engine(searchOf(state, pending, away), evidenceOf(state, pending));
  const { chances } = seen;
  if (next.do === "wait") return { do: "wait", ...seen };
  if (next.do === "read") return { ...next, commit: idOf(next.commit), ...seen };
  const { verdict } = next;
  const before = through.reduce((sure, one) => sure * one.sure, 1);
  if (verdict.is === "not-reproduced") {
    const outcome = stage.inside === undefined ? verdict : mergeItself(state, verdict.effect);
    return { do: "end", chances, outcome };
  }
  if (verdict.is === "unsettled") {
    const left = verdict.left.map(({ commit, probability }) => ({ commit: idOf(commit), probability }));
    return { do: "end", chances, outcome: { ...verdict, left, probability: verdict.probability * before } };
  }
  const told = besideOf(verdict, idOf);
  const [only, ...more] = verdict.commits;
  const isMerge = more.length === 0 && stage.merges.includes(only!) && idOf(only!) !== stage.inside;
  if (settings.walk === "stages" && isMerge)
    return { do: "look-inside", chances, merge: idOf(only!), sure: verdict.probability, ...told };
  const { is, effect } = verdict;
  const found = { is, effect, probability: verdict.probability * before, commits: verdict.commits.map(idOf) };
  return { do: "end", chances, outcome: withOuter(state, { ...found, ...told.beside }) };
}

/** What was found beside the change, by the commits' ids. */
function besideOf({ share, also, others }: Beside<number>, idOf: (commit: number) => string) {
  if (also === undefined && others === undefined) return {};
  const named = also?.map(({ commits, ...one }) => ({
    ...{ ...one, after: idOf(one.after), upTo: idOf(one.upTo) },
    ...(commits === undefined ? {} : { commits: commits.map(idOf) }),
  }));
  const beside: Beside<string> = {
    ...(share === undefined ? {} : { share }),
    ...(named === undefined ? {} : { also: named }),
    ...(others === undefined ? {} : { others }),
  };
  return { beside };
}

type Found = Extract<Verdict<string>, { is: "found" }>;

/** What was found beside a merge is still there when the change in it has been found. */
function withOuter({ through }: State, found: Found): Found {
  const outer = through.flatMap(({ beside }) => beside ?? []);
  const also = [...outer, found].flatMap((one) => one.also ?? []);
  return Object.assign({ ...found }, ...outer.toReversed(), also.length === 0 ? {} : { also });
}

const NO_EFFECT = { mean: 0, low: 0, high: 0 };

/** The branch alone does not show the change, so the two sides made it together. */
function mergeItself(state: State, effect: Verdict<string>["effect"]): Verdict<string> {
  const { stage, through } = state;
  const probability = through.reduce((sure, one) => sure * one.sure, 1);
  return withOuter(state, { is: "found", commits: [stage.inside ?? stage.old], probability, effect });
}

function searchOf(state: State, pending: Pending, away: readonly string[]): Search {
  const { settings, stage, through } = state;
  const { direction, error, hosts, walk, leastChange, changes, leastShare } = settings;
  const empty = new Set(stage.empty);
  const most = mostRuns(state, pending);
  // each stage may err, the next one half as often, so that all together err no more than was asked
  const deeper = walk === "stages" && stage.merges.length > 0 ? 1 : 0;
  return {
    history: historyOf(stage.parents),
    prior: stage.ids.map((_, at) => (empty.has(at) ? 0 : 1)),
    answers: answersOf(settings),
    error: error / 2 ** (through.length + deeper),
    ...(direction === undefined ? {} : { direction }),
    ...{ offsets: "when-seen", drift: "when-seen", outliers: "clip", smallestEffect: 0.3 },
    ...(most === undefined ? {} : { mostRuns: most }),
    ...(leastChange === undefined ? {} : { smallestChange: leastChange }),
    ...(changes === undefined ? {} : { changes }),
    ...(leastShare === undefined ? {} : { leastShare }),
    machines: (hosts.length === 0 ? ["here"] : hosts).filter((one) => !away.includes(one)),
  };
}

/** Of this stage. A budget of time is over when it was spent: the runs so far are then the most. */
function mostRuns({ settings, readings, stageBegan, spentMs }: State, pending: Pending): number | undefined {
  const { budget } = settings;
  if (budget === undefined) return undefined;
  const made = readings.length - stageBegan;
  if ("runs" in budget) return Math.max(0, budget.runs - stageBegan);
  return spentMs >= budget.ms ? made + pending.length : undefined;
}

const MINUTE = 60_000;

function evidenceOf(state: State, pending: Pending): Evidence {
  const { stage, settings, readings: all, stageBegan, built, refused, buildMs } = state;
  const placeOf = new Map(stage.ids.map((one, at) => [one, at]));
  placeOf.set(stage.old, OLD_END);
  const places = <T extends { commit: string }>(ones: readonly T[]) =>
    ones.flatMap((one) => {
      const commit = placeOf.get(one.commit);
      return commit === undefined ? [] : [{ ...one, commit }];
    });
  const readings = places(all.slice(stageBegan)); // a branch has levels of its own: its ends are read afresh
  const ready = [...built].filter(([, builds]) => builds.length > 0);
  const deployed =
    settings.deploy === undefined ? [] : readings.map((one) => [one.machine, one.commit] as const);
  return {
    readings: readings.map(({ commit, build, machine, value }) => ({ commit, build, machine, value })),
    built: new Set(places(ready.map(([commit]) => ({ commit }))).map(({ commit }) => commit)),
    refused: new Set(places([...refused.keys()].map((commit) => ({ commit }))).map(({ commit }) => commit)),
    deployed: new Map(deployed),
    pending: places(pending),
    minutes: {
      run: (mean(readings.map(({ tookMs }) => tookMs)) ?? MINUTE) / MINUTE,
      build: settings.build === undefined ? 0 : (mean(buildMs) ?? MINUTE) / MINUTE,
      deploy: 0, // counted in the run: how long it took alone is not known
    },
  };
}

const mean = (all: readonly number[]): number | undefined =>
  all.length === 0 ? undefined : all.reduce((sum, one) => sum + one, 0) / all.length;
