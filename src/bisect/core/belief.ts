import { type Classes, shareShowing } from "./classes.ts";
import { OLD_END } from "./engine.ts";
import { parentsOf } from "./history.ts";
import { type Expectation, entropy, information, informationOf, informationOfBit } from "./information.ts";
import type { Likelihood, Weighed } from "./likelihood.ts";
import type { Tally } from "./tally.ts";

/**
 * All that the readings say: how probable each hypothesis is, and what each would expect of the next
 * reading.
 */
export type Belief = {
  readonly classes: Classes;
  readonly tallies: readonly Tally[];
  readonly posterior: Float64Array; // of each class
  /** The classes that are believed in at all: the others do not change a decision, but cost time. */
  readonly live: readonly number[];
  readonly chances: Float64Array; // of each hypothesis, by commit
  readonly weighed: Weighed;
  /** Of what the live classes expect, where that is the same at every commit: no build has an offset. */
  readonly telling: (() => typeof information) | undefined;
  /** Probability that no commit changed anything, from the readings as a whole. */
  readonly noChange: number;
};

/** Of there being no change at all, beforehand: somebody saw one, or believes so. */
const NO_CHANGE = 0.2;

export function believe(classes: Classes, tallies: readonly Tally[], likelihood: Likelihood): Belief {
  const many = classes.mass.length;
  const nowhere = new Uint8Array(many);
  const shows = tallies.map(({ commit }) => (commit === OLD_END ? nowhere : classes.shows.get(commit)!));
  const weighed = likelihood(tallies, shows, many);
  const logs = weighed.log.map((log, at) => log + Math.log(classes.mass[at]!));
  const top = logs.reduce((most, log) => Math.max(most, log), -Infinity);
  const parts = logs.map((log) => Math.exp(log - top));
  const whole = parts.reduce((sum, part) => sum + part, 0);
  const posterior = parts.map((part) => part / whole);
  const without = likelihood(
    tallies,
    tallies.map(() => NOWHERE),
    1,
  ).log[0]!;
  const odds = (NO_CHANGE / (1 - NO_CHANGE)) * Math.exp(Math.min(300, without - top - Math.log(whole)));
  const noChange = odds / (1 + odds);
  const live = [...posterior.keys()].filter((at) => posterior[at]! >= FORGOTTEN);
  const chances = byCommit(classes, posterior);
  const telling = live.some((at) => weighed.offset[at]! > 0)
    ? undefined
    : once(() => tellingOf(weighed, live));
  return { classes, tallies, posterior, live, chances, weighed, telling, noChange };
}

const tellingOf = ({ old, new: young, noise }: Weighed, live: readonly number[]): typeof information =>
  informationOf(
    live.map((at) => ({
      ...{ oldMean: old.mean[at]!, oldVariance: noise[at]! + old.variance[at]! },
      ...{ newMean: young.mean[at]!, newVariance: noise[at]! + young.variance[at]! },
    })),
  );

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const NOWHERE = new Uint8Array(1);
const FORGOTTEN = 1e-5;

/** Within a class only the prior speaks. */
function byCommit({ classOf, prior, mass }: Classes, posterior: Float64Array): Float64Array {
  const chances = new Float64Array(prior.length);
  for (let at = 0; at < prior.length; at += 1) {
    const one = classOf[at]!;
    if (one >= 0) chances[at] = (posterior[one]! * prior[at]!) / mass[one]!;
  }
  return chances;
}

/** Bits that a reading at a commit is expected to give. */
export function informationAt(belief: Belief, commit: number): number {
  return bitsIn(belief, expectationsAt(belief, commit));
}

/** Readings that are under way: each is taken for an answer that is wrong as often as makes it tell as much. */
export type Beside = { readonly shows: readonly Uint8Array[]; readonly wrong: readonly number[] };

export function underWay(belief: Belief, pending: readonly number[]): Beside {
  const asked = pending.filter((one) => belief.classes.shows.has(one)).slice(-MOST_BESIDE);
  return {
    shows: asked.map((one) => belief.classes.shows.get(one)!),
    wrong: asked.map((one) => wrongness(belief, one)),
  };
}
/** Of more than this all answers together are too many to think of. */
const MOST_BESIDE = 8;

/** Less by as much as the readings under way are expected to make the commit's state less open. */
export function informationBeside(belief: Belief, commit: number, { shows, wrong }: Beside): number {
  const expectations = expectationsAt(belief, commit);
  const alone = bitsIn(belief, expectations);
  const open = entropy(expectations.reduce((sum, { weight, share }) => sum + weight * share, 0));
  if (shows.length === 0 || open < SETTLED) return alone;
  const groups = new Map<string, Group>(); // by what each answer would be if none were wrong
  for (const { at, weight, share } of expectations) {
    const states = shows.map((by) => by[at]!);
    const key = states.join("");
    const group = groups.get(key) ?? { states, weight: 0, showing: 0 };
    groups.set(key, group);
    group.weight += weight;
    group.showing += weight * share;
  }
  return (alone * openAfter([...groups.values()], wrong)) / open;
}
type Group = { readonly states: readonly number[]; weight: number; showing: number };
const SETTLED = 1e-3;

/** Expected entropy of a commit's state when all the answers are in. */
function openAfter(groups: readonly Group[], wrong: readonly number[]): number {
  let sum = 0;
  for (let answers = 0; answers < 2 ** wrong.length; answers += 1) {
    let [whole, showing] = [0, 0];
    for (const { states, ...group } of groups) {
      let likely = 1;
      for (let one = 0; one < wrong.length; one += 1)
        likely *= ((answers >> one) & 1) === states[one] ? 1 - wrong[one]! : wrong[one]!;
      whole += likely * group.weight;
      showing += likely * group.showing;
    }
    if (whole > 0) sum += whole * entropy(Math.min(1, showing / whole));
  }
  return sum;
}

/** How often an answer about a commit's state would be wrong that tells what a reading there does. */
function wrongness(belief: Belief, commit: number): number {
  const open = entropy(chanceIn(belief, commit));
  const told = open === 0 ? 1 : Math.min(1, informationAt(belief, commit) / open);
  let [low, high] = [0, 0.5];
  for (let step = 0; step < 20; step += 1) {
    const middle = (low + high) / 2;
    if (1 - entropy(middle) > told) low = middle;
    else high = middle;
  }
  return low;
}

function bitsIn({ weighed, telling }: Belief, expectations: readonly Expectation[]): number {
  if (weighed.binary === true) return informationOfBit(expectations);
  return (telling?.() ?? information)(expectations);
}

/** P(the change shows) at a commit that was split by. */
function chanceIn({ classes, posterior }: Belief, commit: number): number {
  const shows = classes.shows.get(commit);
  return posterior.reduce((sum, part, at) => sum + (shows?.[at] === 1 ? part : 0), 0);
}

function expectationsAt(belief: Belief, commit: number): (Expectation & { at: number })[] {
  const { classes, posterior, live, weighed, tallies } = belief;
  const share = shareShowing(classes, commit);
  const tally = tallies.findLast((one) => one.commit === commit);
  return live.map((at) => {
    const [noise, offset] = [weighed.noise[at]!, weighed.offset[at]!];
    // a build that was read is expected where it was, as far as its offset is known
    const unseen = 1 / (1 + offset * (tally?.count ?? 0));
    const towards = (mean: number) =>
      tally === undefined ? mean : tally.mean + (mean - tally.mean) * unseen;
    const spread = noise * (1 + offset * unseen);
    return {
      at,
      weight: posterior[at]!,
      share: share[at]!,
      oldMean: towards(weighed.old.mean[at]!),
      newMean: towards(weighed.new.mean[at]!),
      oldVariance: spread + weighed.old.variance[at]! * unseen * unseen,
      newVariance: spread + weighed.new.variance[at]! * unseen * unseen,
    };
  });
}

/** How many hypotheses are drawn to look at a whole history at once; 32 to a word. */
const WORDS = 8;

/**
 * P(the change shows at u) for every commit u. On a line exactly; elsewhere by hypotheses drawn at even
 * distances of the posterior, pushed through the history as bit masks, which is right to about one in 2 x
 * 32 x WORDS.
 */
export function chanceOfShowing(belief: Belief, onLine: boolean): Float64Array {
  const { chances, classes } = belief;
  const { history } = classes;
  if (onLine) {
    let sum = 0;
    return chances.map((one) => {
      sum += one;
      return Math.min(1, sum);
    });
  }
  const draws = 32 * WORDS;
  const masks = new Int32Array(history.size * WORDS);
  let [sum, drawn] = [0, 0];
  for (let at = 0; at < history.size; at += 1) {
    sum += chances[at]!;
    while (drawn < draws && sum >= (drawn + 0.5) / draws) {
      masks[at * WORDS + (drawn >> 5)]! |= 1 << (drawn & 31);
      drawn += 1;
    }
    for (const parent of parentsOf(history, at)) {
      for (let word = 0; word < WORDS; word += 1) masks[at * WORDS + word]! |= masks[parent * WORDS + word]!;
    }
  }
  return Float64Array.from({ length: history.size }, (_, at) => {
    let bits = 0;
    for (let word = 0; word < WORDS; word += 1) bits += onesIn(masks[at * WORDS + word]!);
    return bits / draws;
  });
}

/** Hacker's Delight, figure 5-2. */
function onesIn(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
