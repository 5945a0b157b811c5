import { bestOf } from "./best.ts";
import { type Also, type Effect, type Evidence, OLD_END, type Search, type Verdict } from "./engine.ts";
import { gaussian } from "./likelihood.ts";
import {
  noiseIn,
  type Part,
  type Place,
  partBetween,
  partsOf,
  type Suspicion,
  suspicionOf,
  type Within,
  within,
} from "./parts.ts";
import { pooled, type Tally } from "./tally.ts";

type Found = Extract<Verdict<number>, { is: "found" }>;

/** Less than this part of the whole effect is not looked for beside the change that was found. */
export const LEAST_SHARE = 0.25;
/** More is no search for a change any more. */
const MOST_CHANGES = 8;

export type Known = {
  readonly search: Search;
  readonly evidence: Evidence;
  readonly tallies: readonly Tally[]; // of readings that were cleaned
  readonly offsets: readonly number[];
  readonly least: number; // below it no effect counts
  readonly whole: Effect; // between the two ends
};

/** All that the readings say of changes on a line. */
export type Changes = {
  readonly places: readonly {
    readonly place: Place;
    readonly probability: number;
    readonly within?: Within;
  }[];
  readonly parts: readonly Part[];
  readonly suspicions: readonly (Suspicion | undefined)[]; // by part
  readonly least: number;
};

/**
 * A search for one change would name one of two with full certainty. So each side of what it found is a
 * search of its own, against no change there; what is sure to be there is placed, each change between its
 * neighbours, and parts the line again. An effect of less than a quarter of the whole is none here: against
 * smaller ones "nothing more" would never be reached.
 */
export function changesOf(found: Found, known: Known): Changes {
  const { search, evidence, tallies } = known;
  const { size } = search.history;
  const least = Math.max(known.least, (search.leastShare ?? LEAST_SHARE) * Math.abs(known.whole.mean));
  let places: Changes["places"] = [{ place: found.commits, probability: found.probability }];
  for (;;) {
    const parts = partsOf(
      places.map(({ place }) => place),
      tallies,
      size,
    );
    const likelihoodIn = (part: Part) => likelihoodFor(known, least, parts, part);
    const suspicions = parts.map((part) => suspicionOf(part, search, evidence, likelihoodIn(part)));
    const at = suspicions.findIndex((one) => one !== undefined && one.probability >= 1 - search.error);
    if (at < 0 || places.length === MOST_CHANGES) return { places, parts, suspicions, least };
    const another = within(parts[at]!, search, evidence, likelihoodIn(parts[at]!));
    places = places.toSpliced(at, 0, another);
    // what the others made of the readings near them is seen better now
    places = places.map((_, one) => {
      const from = places[one - 1]?.place.at(-1) ?? OLD_END;
      const to = (places[one + 1]?.place[0] ?? size) - 1;
      const part = partBetween(from, to, tallies);
      return placed(within(part, search, evidence, likelihoodFor(known, least, parts, part)));
    });
  }
}

const placed = (one: Within) => ({ place: one.place, probability: one.probability, within: one });

/** Either way, since the whole may go up by going down in between; the noise is that of all parts. */
function likelihoodFor({ offsets }: Known, least: number, parts: readonly Part[], own: Part) {
  const others = parts.filter(({ from, to }) => to < own.from || from > own.to);
  return gaussian({ offsets, least, noise: noiseIn(others) });
}

/** More likely than not there is another change, but not for sure: that is read first. */
const SUSPECTED = 0.5;

/** The reading that is still wanted before the changes are told; none when they are as sure as was asked. */
export function wantedFor({ places, suspicions }: Changes, { search }: Known): Wanted | undefined {
  const { error, changes } = search;
  const doubts = [
    ...suspicions.flatMap((one) => (one === undefined ? [] : [{ doubt: one.probability, one }])),
    ...places.map((one) => ({ doubt: 1 - one.probability, one })),
  ];
  const isOpen = (doubt: number, one: object) =>
    "place" in one ? doubt > error : doubt > SUSPECTED && doubt < 1 - error;
  const all = doubts.reduce((sum, { doubt }) => sum + doubt, 0);
  const open =
    changes === "all" ? (all > error ? doubts : []) : doubts.filter(({ doubt, one }) => isOpen(doubt, one));
  const [most] = open.toSorted((a, b) => b.doubt - a.doubt);
  if (most === undefined) return undefined;
  if (!("place" in most.one)) return { commit: most.one.lessRead, because: SUSPECTS };
  if (most.one.within === undefined) return { commit: undefined, because: "" };
  const own = most.one.within;
  const best = bestOf(own.belief, own.search, own.evidence, [OLD_END, own.search.history.size - 1]);
  return { commit: best === undefined ? undefined : own.asked(best.commit), because: PLACES };
}
/** No commit: it is the search for the one change that goes on. */
type Wanted = { readonly commit: number | undefined; readonly because: string };
const SUSPECTS = "a change is found, and there may be another one beside it";
const PLACES = "there is more than one change, and this tells most of where this one is";

/** The largest change, and beside it the others in their order, each with its share of the whole. */
export function toldOf(found: Found, changes: Changes, known: Known): Found {
  const { places, parts, suspicions, least } = changes;
  const sizes = sizesOf(parts);
  const all = places.map(({ place, probability }, at) => ({ commits: place, probability, ...sizes[at]! }));
  const [largest] = all.toSorted((a, b) => Math.abs(b.effect.mean) - Math.abs(a.effect.mean));
  const also = all
    .filter((one) => one !== largest)
    .map(({ commits, ...one }): Also<number> => {
      const isSure = one.probability >= 1 - known.search.error;
      const range = isSure ? undefined : rangeOf(places.find(({ place }) => place === commits)!.within);
      const [after, upTo] = range ?? [commits[0]! - 1, commits.at(-1)!];
      return { ...one, after, upTo, ...(isSure ? { commits } : {}) };
    });
  const doubt = suspicions.reduce((sum, one) => sum + (one?.probability ?? 0), 0);
  const others = known.search.changes === "all" ? { others: { least, probability: Math.min(1, doubt) } } : {};
  if (also.length === 0) return { ...found, ...others };
  const { commits, probability, effect, share } = largest!;
  return { is: "found", commits, probability, effect, share, also, ...others };
}

/** Between which commits a change lies with 99 %: after the one, up to the other. */
function rangeOf(one: Within | undefined): [number, number] | undefined {
  if (one === undefined) return undefined;
  const { chances } = one.belief;
  const at = (target: number) => {
    let sum = 0;
    const commit = chances.findIndex((chance) => {
      sum += chance;
      return sum >= target;
    });
    return commit < 0 ? chances.length - 1 : commit;
  };
  return [one.asked(at(0.005)) - 1, one.asked(at(0.995))];
}

/** Of each change: its effect and its share of the whole, by what was read on both its sides (delta method). */
function sizesOf(parts: readonly Part[]): { effect: Effect; share: Effect }[] {
  const { squares, freedom } = noiseIn(parts);
  const noise = (squares / Math.max(1, freedom)) * (freedom > 2 ? freedom / (freedom - 2) : 3);
  const levels = parts.map(({ tallies }) => {
    const { count, mean } = pooled(tallies);
    return { mean, variance: Math.max(noise / Math.max(1, count), betweenBuilds(tallies)) };
  });
  const [first, last] = [levels[0]!, levels.at(-1)!];
  const whole = last.mean - first.mean;
  return levels.slice(1).map((after, at) => {
    const before = levels[at]!;
    const effect = after.mean - before.mean;
    const share = effect / whole;
    const together = (after === last ? last.variance : 0) + (before === first ? first.variance : 0);
    const ends = first.variance + last.variance;
    const variance = before.variance + after.variance;
    const spread = Math.sqrt(Math.max(0, variance + share ** 2 * ends - 2 * share * together));
    return {
      effect: around(effect, Math.sqrt(variance)),
      share: around(share, spread / Math.abs(whole)),
    };
  });
}

/** Variance of a level as its builds show it, where enough of them were read. */
function betweenBuilds(tallies: readonly Tally[]): number {
  const many = tallies.length;
  if (many < ENOUGH) return 0;
  const middle = tallies.reduce((sum, { mean }) => sum + mean, 0) / many;
  return tallies.reduce((sum, { mean }) => sum + (mean - middle) ** 2, 0) / (many - 1) / many;
}
const ENOUGH = 4;

const around = (mean: number, deviation: number): Effect => ({
  ...{ mean, low: mean - 1.96 * deviation, high: mean + 1.96 * deviation },
});
