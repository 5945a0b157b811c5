import type { Search } from "../../src/bisect/core/engine.ts";
import { historyOf } from "../../src/bisect/core/history.ts";
import { diceFrom } from "../../test/support/dice.ts";
import { mergedHistory } from "../../test/support/merged-history.ts";

/** A pretended machine and history: what readings of it look like. Deviations are of one reading. */
export type World = {
  readonly row: string;
  readonly effect: number;
  readonly search?: Partial<Search>;
  readonly tails?: "student-3";
  readonly outliers?: number; // share of readings that are 10 deviations too high
  readonly drift?: number; // random walk, a reading
  readonly offset?: number; // of each commit's build
  readonly refused?: number; // share of commits that do not build, in blocks of 20
  readonly level?: number; // of the old state, 0
  /** Several changes, in parts of the effect. Right is what names each, and no commit else. */
  readonly steps?: readonly number[];
  readonly flips?: number; // share of pass-fail answers that are wrong
  readonly machines?: number; // that work at once; `rounds` is counted
  readonly goal?: number; // mean readings at the most, or rounds where machines are several
  readonly limits?: { readonly stepMs: number; readonly peakMiB: number };
};

const known = (effect: number): Partial<Search> => ({ levels: { old: 0, new: effect, noise: 1 } });

/** git.git's own when robust-git-bisect was measured on it: 60,429 commits, 15,312 of them merges. */
const LIKE_GIT = historyOf(mergedHistory({ commits: 60_429, merges: 15_312 }, diceFrom(1)));
const PASS_FAIL = { history: LIKE_GIT, answers: "pass-fail" } as const;
const LIMITS = { stepMs: 100, peakMiB: 400 };

/** Goals: bisect.md 5.2, 5.4 and 5.5 of the project's reference. */
export const WORLDS: readonly World[] = [
  { row: "effect 4, levels unknown", effect: 4, goal: 20 },
  { row: "effect 2, levels unknown", effect: 2, goal: 48 },
  { row: "effect 1, levels unknown", effect: 1, goal: 155 },
  { row: "effect 0.5, levels unknown", effect: 0.5, goal: 600 },
  // as `rackhand bisect` searches: whether builds differ is looked at first, by the commits next to the ends
  { row: "effect 4, builds compared", effect: 4, search: { offsets: "when-seen" } },
  { row: "effect 2, builds compared", effect: 2, search: { offsets: "when-seen" } },
  { row: "effect 1, builds compared", effect: 1, search: { offsets: "when-seen" } },
  { row: "effect 4, levels known", effect: 4, search: known(4), goal: 12 },
  { row: "effect 2, levels known", effect: 2, search: known(2), goal: 24 },
  { row: "effect 1, levels known", effect: 1, search: known(1), goal: 76 },
  { row: "effect 0.5, levels known", effect: 0.5, search: known(0.5), goal: 290 },
  { row: "effect 2, Student t3", effect: 2, tails: "student-3", goal: 38 },
  { row: "effect 2, 5 % outliers", effect: 2, outliers: 0.05, goal: 64 },
  { row: "effect 2, drift 0.05", effect: 2, drift: 0.05, goal: 82 },
  { row: "effect 2, drift 0.1", effect: 2, drift: 0.1, goal: 90 },
  { row: "effect 2, drift 0.2", effect: 2, drift: 0.2, goal: 109 },
  { row: "effect 2, builds differ by 0.25", effect: 2, offset: 0.25, search: { offsets: "when-seen" } },
  {
    ...{ row: "effect 2, builds differ by 0.5", effect: 2, offset: 0.5 },
    search: { offsets: "when-seen", mostRuns: 400 },
  },
  { row: "effect 2, 18 % do not build", effect: 2, refused: 0.18 },
  { row: "effect 2, 2 machines", effect: 2, machines: 2, search: known(2), goal: 14 },
  { row: "effect 2, 4 machines", effect: 2, machines: 4, search: known(2), goal: 8.6 },
  { row: "effect 2, 8 machines", effect: 2, machines: 8, search: known(2), goal: 5.8 },
  {
    ...{ row: "dag, 5 % wrong answers, rate known", effect: 1, flips: 0.05, goal: 28, limits: LIMITS },
    search: { ...PASS_FAIL, levels: { old: 0.05, new: 0.95, noise: 1 } },
  },
  {
    ...{ row: "dag, 5 % wrong answers, rates unknown", effect: 1, flips: 0.05, limits: LIMITS },
    search: PASS_FAIL,
  },
  { row: "dag, effect 2, levels known", effect: 2, goal: 38, search: { history: LIKE_GIT, ...known(2) } },
  { row: "8 deviations in two steps", effect: 8, steps: [0.5, 0.5] },
  { row: "4 deviations in two steps", effect: 4, steps: [0.5, 0.5] },
  { row: "4 deviations, 70 % and 30 %", effect: 4, steps: [0.7, 0.3] },
  { row: "all changes: 8 deviations in two steps", effect: 8, steps: [0.5, 0.5], search: { changes: "all" } },
  { row: "all changes: 4 deviations in two steps", effect: 4, steps: [0.5, 0.5], search: { changes: "all" } },
  {
    row: "all changes: 4 deviations, 70 % and 30 %",
    effect: 4,
    steps: [0.7, 0.3],
    search: { changes: "all" },
  },
  {
    row: "all changes: 8 deviations in three",
    effect: 8,
    steps: [0.4, 0.3, 0.3],
    search: { changes: "all" },
  },
  { row: "all changes: 8 deviations in one step", effect: 8, search: { changes: "all" } },
  { row: "all changes: 4 deviations in one step", effect: 4, search: { changes: "all" } },
  { row: "8 deviations in three steps", effect: 8, steps: [0.4, 0.3, 0.3] },
  { row: "effect 2, from 1 on it counts", effect: 2, level: 10, search: { smallestChange: 0.1 } },
  { row: "effect 0.5, from 1 on it counts", effect: 0.5, level: 10, search: { smallestChange: 0.1 } },
  { row: "no change at all", effect: 0, search: { mostRuns: 1000 } },
];
