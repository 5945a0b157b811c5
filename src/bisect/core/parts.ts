import { type Belief, believe } from "./belief.ts";
import { oneClass, splitBy } from "./classes.ts";
import { type Effect, type Evidence, OLD_END, type Search } from "./engine.ts";
import { line } from "./history.ts";
import type { Likelihood, Noise, Weighed } from "./likelihood.ts";
import { pooled, type Tally } from "./tally.ts";
import { undivided } from "./undivided.ts";
import { foundOf } from "./verdict.ts";

/** Where a change is: commits of a line next to each other, more than one where nothing that builds divides them. */
export type Place = readonly number[];

/** Commits of a line that read alike, as far as is known: between two changes, or a change and an end. */
export type Part = {
  readonly from: number; // OLD_END, or the first at this level
  readonly to: number;
  readonly tallies: readonly Tally[];
};

export function partsOf(places: readonly Place[], tallies: readonly Tally[], size: number): Part[] {
  const starts = [OLD_END, ...places.map((place) => place.at(-1)!)];
  const stops = [...places.map(([first]) => first! - 1), size - 1];
  return starts.map((from, at) => partBetween(from, stops[at]!, tallies));
}

export const partBetween = (from: number, to: number, tallies: readonly Tally[]): Part => ({
  ...{ from, to },
  tallies: tallies.filter(({ commit }) => commit >= from && commit <= to),
});

/** What a part's readings tell of the noise, each about the part's level. */
export function noiseIn(parts: readonly Part[]): Noise {
  const all = parts.map(({ tallies }) => pooled(tallies)).filter(({ count }) => count > 1);
  return {
    squares: all.reduce((sum, one) => sum + one.squares, 0),
    freedom: all.reduce((sum, one) => sum + one.count - 1, 0),
  };
}

/**
 * Of there being another change anywhere in the whole history, beforehand; shared out by length. Whoever asks
 * for all of them thinks that as likely as not: by less, one that is there would be missed more often than
 * `error` says.
 */
const ANOTHER = { largest: 0.2, all: 0.5 };

/** Whether a part has a change in it after all, and where. */
export type Suspicion = {
  readonly probability: number;
  readonly after: number;
  readonly upTo: number;
  readonly effect: Effect;
  readonly lessRead: number; // the end of the part that was read less often
};

/** Against there being none. A part of which nothing could be the first changed commit has no suspicion. */
export function suspicionOf(
  part: Part,
  { history, prior, changes }: Search,
  { refused, pending }: Evidence,
  likelihood: Likelihood,
): Suspicion | undefined {
  const { from, to, tallies } = part;
  const read = [...new Set([from, ...tallies.map(({ commit }) => commit), to])].sort((a, b) => a - b);
  const weigh = (low: number, high: number) => {
    let sum = 0;
    for (let at = low + 1; at <= high; at += 1) sum += prior?.[at] ?? 1;
    return sum;
  };
  const gaps = read.slice(1).map((upTo, at) => ({ after: read[at]!, upTo, weight: weigh(read[at]!, upTo) }));
  if (tallies.length === 0 || gaps.every(({ weight }) => weight === 0)) return undefined;
  const shows = tallies.map(({ commit }) => Uint8Array.from(gaps, ({ upTo }) => Number(commit >= upTo)));
  const weighed = likelihood(tallies, shows, gaps.length);
  const nowhere = tallies.map(() => new Uint8Array(1));
  const none = likelihood(tallies, nowhere, 1).log[0]!;
  const each = ANOTHER[changes ?? "largest"] / history.size;
  const logs = gaps.map(({ weight }, at) => weighed.log[at]! - none + Math.log(each * weight));
  const whole = each * gaps.reduce((sum, { weight }) => sum + weight, 0);
  const top = Math.max(0, ...logs);
  const parts = logs.map((log) => Math.exp(log - top));
  const sum = parts.reduce((all, one) => all + one, 0);
  const best = parts.indexOf(Math.max(...parts));
  const seen = [...tallies, ...pending.map(({ commit }) => ({ commit, count: 1 }))];
  const countAt = (at: number) => seen.reduce((n, { commit, count }) => n + (commit === at ? count : 0), 0);
  const readable = (at: number, step: 1 | -1): number => (refused.has(at) ? readable(at + step, step) : at);
  const [low, high] = [readable(from, 1), readable(to, -1)];
  return {
    probability: sum / (sum + (1 - whole) * Math.exp(-top)),
    ...{ after: gaps[placeOf(parts, 0.025 * sum)]!.after, upTo: gaps[placeOf(parts, 0.975 * sum)]!.upTo },
    effect: effectAt(weighed, best),
    lessRead: countAt(low) <= countAt(high) ? low : high,
  };
}

/** The gap in which the sum of the parts reaches so much. */
function placeOf(parts: readonly number[], target: number): number {
  let sum = 0;
  const at = parts.findIndex((part) => {
    sum += part;
    return sum >= target;
  });
  return at < 0 ? parts.length - 1 : at;
}

function effectAt({ old, new: young }: Weighed, at: number): Effect {
  const mean = young.mean[at]! - old.mean[at]!;
  const deviation = Math.sqrt(young.variance[at]! + old.variance[at]!);
  return { mean, low: mean - 1.96 * deviation, high: mean + 1.96 * deviation };
}

/** A part as a search of its own for the one change in it. */
export type Within = {
  readonly search: Search;
  readonly evidence: Evidence;
  readonly belief: Belief;
  readonly place: Place;
  readonly probability: number;
  readonly asked: (commit: number) => number; // a commit of its own as one of the whole line
};

export function within(part: Part, search: Search, evidence: Evidence, likelihood: Likelihood): Within {
  const { from, to } = part;
  const inside = <T extends { readonly commit: number }>(all: readonly T[]): T[] =>
    all.flatMap((one) =>
      one.commit >= from && one.commit <= to ? [{ ...one, commit: one.commit - from - 1 }] : [],
    );
  const numbers = (all: ReadonlySet<number>) =>
    new Set(inside([...all].map((commit) => ({ commit }))).map(({ commit }) => commit));
  const history = line(to - from);
  const prior = search.prior?.slice(from + 1, to + 1);
  const own: Search = { ...search, history, ...(prior === undefined ? {} : { prior }) };
  const tallies = inside(part.tallies);
  const mine: Evidence = {
    ...evidence,
    readings: inside(evidence.readings),
    ...{ built: numbers(evidence.built), refused: numbers(evidence.refused) },
    deployed: new Map(
      inside([...evidence.deployed].map(([machine, commit]) => ({ machine, commit }))).map(
        ({ machine, commit }) => [machine, commit] as const,
      ),
    ),
    pending: inside(evidence.pending),
  };
  const touched = [...tallies, ...mine.pending].map(({ commit }) => commit);
  const classes = splitBy(oneClass(history, prior), [...new Set(touched), history.size - 1]);
  const belief = believe(classes, tallies, likelihood);
  const { commits, probability } = foundOf(belief, undivided(history, mine.refused));
  const asked = (commit: number) => commit + from + 1;
  return { search: own, evidence: mine, belief, place: commits.map(asked), probability, asked };
}
