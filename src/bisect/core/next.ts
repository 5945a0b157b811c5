import { besides, isSure, isSuspected } from "./also.ts";
import { type Belief, believe, chanceOfShowing, informationBeside } from "./belief.ts";
import { type Classes, oneClass, splitBy } from "./classes.ts";
import { cleaned } from "./clean.ts";
import { type Ends, endsOf } from "./ends.ts";
import { type Engine, type Evidence, type Next, OLD_END, type Search } from "./engine.ts";
import { tallied } from "./evidence.ts";
import { flaky } from "./flaky.ts";
import { type History, isLine, parentsOf } from "./history.ts";
import { gaussian, knownLevels, type Likelihood, OFFSETS } from "./likelihood.ts";
import { undivided } from "./undivided.ts";
import { foundOf, notReproducedOf, unsettledOf } from "./verdict.ts";

/**
 * What was decided, and what the decision rests on: for pictures, and to go on from when the next reading
 * has come.
 */
export type Decided = { readonly next: Next; readonly belief: Belief };

/** Each end is read this often before anything between them. */
const FIRST_AT_ENDS = 2;
/** Nobody waits for longer than this without having said so. */
const MOST_RUNS = 5000;
/** No reading is worth less than this many bits. */
const NOTHING = 1e-9;

/**
 * What to read next, or the verdict: from the evidence alone. `from`: the classes of an earlier decision,
 * to save time.
 */
export function decide(search: Search, evidence: Evidence, from?: Classes): Decided {
  const { history } = search;
  const readings = cleaned(search, evidence.readings);
  const tallies = tallied(readings.values);
  const touched = [...new Set([...tallies, ...evidence.pending].map(({ commit }) => commit))];
  const classes = splitBy(from ?? oneClass(history, search.prior), [...touched, history.size - 1]);
  const ends = endsOf(search, evidence, tallies);
  const likelihood = likelihoodFor(search, ends);
  const belief = believe(classes, tallies, likelihood);
  const next = nextOf(search, evidence, belief, ends, readings.reference);
  return { belief, next: next.do === "stop" ? alone(search, evidence, belief, likelihood, next) : next };
}

/** Before one change is named: whether it is the only one. What is suspected is looked into. */
function alone(
  { answers, levels, mostRuns = MOST_RUNS }: Search,
  { readings, pending }: Evidence,
  belief: Belief,
  likelihood: Likelihood,
  stop: Next & { do: "stop" },
): Next {
  const { verdict } = stop;
  if (verdict.is !== "found" || answers !== "number" || levels !== undefined) return stop;
  const sides = besides(belief, verdict.commits, likelihood);
  const suspected = sides.find(isSuspected);
  if (suspected !== undefined && readings.length + pending.length < mostRuns)
    return { do: "read", commit: suspected.lessRead, because: SUSPECTED };
  const also = sides.filter(isSure).map((side) => side.also);
  return also.length === 0 ? stop : { do: "stop", verdict: { ...verdict, also } };
}
const SUSPECTED = "the change is found, and there may be another one beside it";

function likelihoodFor({ answers, levels, direction, offsets }: Search, ends: Ends): Likelihood {
  const towards = direction === undefined ? {} : { direction };
  if (answers === "pass-fail") return flaky(levels === undefined ? towards : { rates: levels });
  if (levels !== undefined) return knownLevels(levels);
  const modelled = offsets === "on" || (offsets === "when-seen" && ends.buildsDiffer);
  return gaussian({ offsets: modelled ? OFFSETS : [0], least: ends.least, ...towards });
}

function nextOf(
  search: Search,
  evidence: Evidence,
  belief: Belief,
  ends: Ends,
  reference: number | undefined,
): Next {
  const { error, mostRuns = MOST_RUNS } = search;
  const { readings, pending } = evidence;
  const newEnd = search.history.size - 1;
  const due = ends.due(FIRST_AT_ENDS);
  if (due !== undefined) return due;
  if (ends.alike) return { do: "stop", verdict: notReproducedOf(ends) };
  const sets = undivided(search.history, evidence.refused);
  const found = foundOf(belief, sets);
  if (found.probability >= 1 - error) return { do: "stop", verdict: found };
  if (readings.length + pending.length >= mostRuns)
    return pending.length > 0 ? WAIT : { do: "stop", verdict: unsettledOf(belief, search, "budget") };
  if (reference !== undefined && ends.referenceDue())
    return { do: "read", commit: reference, because: "the machine drifts: a reference" };
  if (ends.doubtful) return { do: "read", commit: ends.lessRead, because: DOUBTFUL };
  const best = bestOf(belief, search, evidence, [OLD_END, newEnd]);
  if (best !== undefined && best.bits > NOTHING)
    return { do: "read", commit: best.commit, because: whyOf(best, newEnd) };
  if (pending.length > 0) return WAIT;
  if (search.levels !== undefined)
    return { do: "stop", verdict: unsettledOf(belief, search, "nothing-left-to-read") };
  return { do: "read", commit: ends.lessRead, because: DOUBTFUL };
}

const WAIT: Next = { do: "wait", because: "what is under way may settle it" };
const DOUBTFUL = "whether the two ends differ at all is not sure yet";

type Choice = {
  readonly commit: number;
  readonly bits: number;
  readonly chance: number;
  readonly worth: number;
};

/** The reading of the most information a minute. */
function bestOf(
  belief: Belief,
  search: Search,
  evidence: Evidence,
  ends: readonly number[],
): Choice | undefined {
  const chances = chanceOfShowing(belief, isLine(search.history));
  const pending = evidence.pending.map(({ commit }) => commit);
  const ways = candidates(belief, search.history, evidence, chances, pending.length);
  let best: Choice | undefined;
  for (const commit of [...ends, ...ways]) {
    if (search.levels !== undefined && ends.includes(commit)) continue;
    const bits = informationBeside(belief, commit, pending) * chanceOfBuilding(commit, evidence);
    const worth = bits / minutesFor(commit, evidence);
    const chance = commit === OLD_END ? 0 : chances[commit]!;
    if (best === undefined || worth > best.worth) best = { commit, bits, chance, worth };
  }
  return best;
}

const QUANTILES = [0.35, 0.5, 0.65];
const MORE_QUANTILES = [0.08, 0.15, 0.22, 0.3, 0.4, 0.5, 0.6, 0.7, 0.78, 0.85, 0.92];
const NEAREST = 6;
/** A commit whose state is surer than this is not read again. */
const SETTLED = 0.002;

/**
 * Commits worth a closer look: those read already whose state is open, and those that halve the probability
 * best.
 */
function candidates(
  belief: Belief,
  history: History,
  { refused, built, readings }: Evidence,
  chances: Float64Array,
  pending: number,
): Set<number> {
  const open = (commit: number) =>
    commit >= 0 &&
    commit < history.size - 1 &&
    !refused.has(commit) &&
    chances[commit]! > SETTLED &&
    chances[commit]! < 1 - SETTLED;
  const ways = new Set([...built, ...readings.map(({ commit }) => commit)].filter(open));
  for (const target of pending > 0 ? MORE_QUANTILES : QUANTILES) {
    for (const commit of nearest(chances, target, open)) ways.add(commit);
  }
  let leader = 0;
  for (let at = 0; at < history.size; at += 1) if (belief.chances[at]! > belief.chances[leader]!) leader = at;
  for (const commit of [leader, ...parentsOf(history, leader)]) {
    if (commit < history.size - 1 && !refused.has(commit)) ways.add(commit);
  }
  return ways;
}

function nearest(chances: Float64Array, target: number, open: (commit: number) => boolean): number[] {
  const most = target === 0.5 ? NEAREST : 2;
  const kept: { commit: number; off: number }[] = [];
  for (let commit = 0; commit < chances.length; commit += 1) {
    const off = Math.abs(chances[commit]! - target);
    if (kept.length === most && off >= kept[most - 1]!.off) continue;
    if (!open(commit)) continue;
    const place = kept.findIndex((one) => one.off > off);
    kept.splice(place < 0 ? kept.length : place, 0, { commit, off });
    if (kept.length > most) kept.pop();
  }
  return kept.map(({ commit }) => commit);
}

/** How far the trouble of a commit that does not build reaches, in commits: breakage comes in runs. */
const BREAKAGE = 20;

function chanceOfBuilding(commit: number, { built, refused }: Evidence): number {
  if (commit === OLD_END || built.has(commit) || refused.size === 0) return 1;
  let distance = Infinity;
  for (const one of refused) distance = Math.min(distance, Math.abs(one - commit));
  return 1 - 0.9 * Math.exp(-distance / BREAKAGE);
}

const INSTANT = 1e-4;

function minutesFor(commit: number, { built, deployed, minutes }: Evidence): number {
  const build = built.has(commit) ? 0 : minutes.build;
  const deploy = [...deployed.values()].includes(commit) ? 0 : minutes.deploy;
  return Math.max(minutes.run + build + deploy, INSTANT); // a person's reading takes no time that we know of
}

function whyOf({ commit, bits, chance }: Choice, newEnd: number): string {
  const worth = `${bits.toFixed(2)} bits`;
  if (commit === OLD_END) return `the old level is what most of the doubt is about (${worth})`;
  if (commit === newEnd) return `the new level is what most of the doubt is about (${worth})`;
  return `the change shows here with ${Math.round(100 * chance)} %, so a reading tells most (${worth})`;
}

/** The engine of this room: Bayesian, over every commit at once. */
export const bayesian: Engine = (search, evidence) => {
  const { next, belief } = decide(search, evidence);
  return { next, chances: belief.chances };
};
