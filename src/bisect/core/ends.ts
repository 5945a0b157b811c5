import { type Effect, type Evidence, type Next, OLD_END, type Search } from "./engine.ts";
import { parentsOf } from "./history.ts";
import { above, gaussian, OFFSETS } from "./likelihood.ts";
import { pooled, type Tally } from "./tally.ts";

/** What the readings of the two ends alone say: whether there is a change to look for. */
export type Ends = {
  readonly effect: Effect;
  readonly noise: number; // standard deviation of a reading
  readonly least: number; // an effect below it was said not to count
  readonly alike: boolean; // surely no effect that counts
  readonly doubtful: boolean; // rather none than one: the ends are read again first
  readonly buildsDiffer: boolean;
  readonly lessRead: number; // the end that was read less often
  /** The reading that must come before any other, until the ends were read `times` each. */
  due(times: number): Next | undefined;
  referenceDue(): boolean;
};

/** A reference is read after this many readings of anything else, when the machine drifts. */
const REFERENCE_EVERY = 3;
/** Only a history this long has neighbours of its ends that hardly hold the culprit. */
const FAR_APART = 64;
const SURE = 0.95; // where the least was said, as sure as of a culprit
/** Ends whose failure rates differ by less than this are alike. */
const SMALLEST_RATE = 0.02;

export function endsOf(search: Search, evidence: Evidence, tallies: readonly Tally[]): Ends {
  const newEnd = search.history.size - 1;
  const at = (commit: number) => tallies.filter((one) => one.commit === commit);
  const [old, young] = [at(OLD_END), at(newEnd)];
  const binary = search.answers === "pass-fail";
  const { mean, deviation, noise, level } = binary ? rates(old, young) : difference(old, young);
  const least = (search.smallestChange ?? 0) * Math.abs(level);
  const reach = binary ? SMALLEST_RATE : Math.max(search.smallestEffect * noise, least);
  const inside = chanceInside(reach, mean, deviation);
  const known = search.levels !== undefined;
  const sides = [neighbours(search, OLD_END), neighbours(search, newEnd)];
  return {
    effect: { mean, low: mean - 1.96 * deviation, high: mean + 1.96 * deviation },
    ...{ noise, least, lessRead: countOf(old) <= countOf(young) ? OLD_END : newEnd },
    alike: !known && inside > (least > 0 ? 1 - search.error : SURE),
    doubtful: !known && inside > 0.5,
    buildsDiffer: buildsDiffer(sides.map((side) => side.flatMap(at))),
    due: (times) => (known ? undefined : dueAt(search, sides, evidence, times)),
    referenceDue: () =>
      [...evidence.readings, ...evidence.pending]
        .slice(1 - REFERENCE_EVERY)
        .every((one) => one.commit !== OLD_END),
  };
}

/** That the effect is nearer to nothing than `reach`; readings that never vary leave no chance, but show it. */
function chanceInside(reach: number, mean: number, deviation: number): number {
  if (deviation === 0) return Number(mean === 0 || Math.abs(mean) < reach);
  return above((reach - mean) / deviation) - above((-reach - mean) / deviation);
}

const countOf = (tallies: readonly Tally[]): number => tallies.reduce((sum, one) => sum + one.count, 0);

/**
 * An end, and with it what shows how builds differ: the commits next to it, which hardly hold the culprit.
 */
function neighbours({ history, offsets, answers }: Search, end: number): number[] {
  if (offsets !== "when-seen" || answers === "pass-fail" || history.size < FAR_APART) return [end];
  if (end === OLD_END) return [OLD_END, 0, 1];
  const before = parentsOf(history, end)[0];
  const further = before === undefined ? undefined : parentsOf(history, before)[0];
  return [end, before, further].filter((one) => one !== undefined);
}

/**
 * The reading that must come before any other: each machine sees both ends, and each end is seen some
 * times.
 */
function dueAt(
  search: Search,
  sides: readonly (readonly number[])[],
  evidence: Evidence,
  times: number,
): Next | undefined {
  const seen = [...evidence.readings, ...evidence.pending];
  for (let round = 1; round <= times; round += 1) {
    for (const commit of sides.flat()) {
      if (evidence.refused.has(commit)) continue;
      const count = seen.filter((one) => one.commit === commit).length;
      if (count < round) return { do: "read", commit, because: round === 1 ? FIRST : AGAIN };
    }
  }
  const idle = search.machines.find((one) => !evidence.pending.some(({ machine }) => machine === one));
  if (idle === undefined) return undefined;
  const own = seen.filter(({ machine }) => machine === idle);
  for (const [end] of sides as [number][]) {
    if (!own.some(({ commit }) => commit === end)) return { do: "read", commit: end, because: NEW_MACHINE };
  }
  return undefined;
}
const NEW_MACHINE = "each machine measures both ends, which show how it differs from the others";
const FIRST = "both ends are measured before anything between them";
const AGAIN = "the ends are read again: their spread is the noise that everything is judged by";

/**
 * Mean of the new end less that of the old, builds pooled; deviation of that difference, and of one
 * reading.
 */
function difference(old: readonly Tally[], young: readonly Tally[]) {
  const [a, b] = [pooled(old), pooled(young)];
  const freedom = a.count + b.count - 2;
  const noise = freedom > 0 ? Math.sqrt((a.squares + b.squares) / freedom) : Infinity;
  const wide = freedom > 2 ? Math.sqrt(freedom / (freedom - 2)) : 2; // Student's t, as a normal that is wider
  const deviation = noise * wide * Math.sqrt(1 / Math.max(1, a.count) + 1 / Math.max(1, b.count));
  return { mean: b.mean - a.mean, deviation, noise, level: a.mean };
}

/** The same of failure rates, each drawn towards a half as by one reading (Agresti and Caffo 2000). */
function rates(old: readonly Tally[], young: readonly Tally[]) {
  const [a, b] = [old, young].map((all) => {
    const { count, mean } = pooled(all);
    const rate = (count * mean + 0.5) / (count + 1);
    return { rate, variance: (rate * (1 - rate)) / (count + 1) };
  }) as [{ rate: number; variance: number }, { rate: number; variance: number }];
  const noise = Math.sqrt((a.rate * (1 - a.rate) + b.rate * (1 - b.rate)) / 2);
  return { mean: b.rate - a.rate, deviation: Math.sqrt(a.variance + b.variance), noise, level: 0 };
}

/**
 * Whether builds next to each other differ by more than their readings do: the two models compared on these
 * alone.
 */
function buildsDiffer(sides: readonly (readonly Tally[])[]): boolean {
  const tallies = sides.flat();
  if (tallies.length < 4) return false;
  const shows = sides.flatMap((side, state) => side.map(() => Uint8Array.of(state)));
  const [without, withThem] = [[0], OFFSETS.slice(1)].map(
    (offsets) => gaussian({ offsets })(tallies, shows, 1).log[0]!,
  );
  return withThem! > without!;
}
