import type { Belief } from "./belief.ts";
import type { Also } from "./engine.ts";
import { isLine } from "./history.ts";
import type { Likelihood, Weighed } from "./likelihood.ts";
import type { Tally } from "./tally.ts";

/** Of there being another change on one side of the one found, beforehand. */
const ANOTHER = 0.2;
/** Surer than this it is told. */
const SURE = 0.99;
/** Less sure than that, but surer than this, the side is read again until it is one or the other. */
const SUSPECTED = 0.5;

/** What lies on one side of the change that was found. */
type Side = { readonly also: Also<number>; readonly lessRead: number };

/**
 * Other changes beside the one found, as far as the readings that were taken for it show them. A search for
 * one change would name the one of two with the same certainty; so each side of it is looked at as a search
 * of its own, against no change there. It tells what it sees, not that there is nothing more. Only along a
 * line: elsewhere the sides are no intervals.
 */
export function besides(belief: Belief, commits: readonly number[], likelihood: Likelihood): readonly Side[] {
  const { classes, tallies } = belief;
  const [first, last] = [commits[0]!, commits.at(-1)!];
  if (!isLine(classes.history)) return [];
  const sides = [
    tallies.filter(({ commit }) => commit < first),
    tallies.filter(({ commit }) => commit >= last),
  ];
  return sides.flatMap((side) => another(side, likelihood) ?? []);
}

export const isSure = ({ also }: Side): boolean => also.probability >= SURE;
export const isSuspected = ({ also }: Side): boolean =>
  also.probability > SUSPECTED && also.probability < SURE;

function another(side: readonly Tally[], likelihood: Likelihood): Side | undefined {
  const read = [...new Set(side.map(({ commit }) => commit))].sort((a, b) => a - b);
  const gaps = read.slice(1).map((to, at) => ({ from: read[at]!, to }));
  if (gaps.length === 0) return undefined;
  const whole = read.at(-1)! - read[0]!;
  const shows = side.map(({ commit }) => Uint8Array.from(gaps, ({ to }) => Number(commit >= to)));
  const weighed = likelihood(side, shows, gaps.length);
  const nowhere = side.map(() => new Uint8Array(1));
  const without = likelihood(side, nowhere, 1).log[0]! + Math.log(1 - ANOTHER);
  const logs = gaps.map(({ from, to }, at) => weighed.log[at]! + Math.log((ANOTHER * (to - from)) / whole));
  const top = Math.max(without, ...logs);
  const parts = logs.map((log) => Math.exp(log - top));
  const sum = parts.reduce((all, part) => all + part, 0);
  const probability = sum / (sum + Math.exp(without - top));
  const [low, high] = [placeOf(parts, 0.025 * sum), placeOf(parts, 0.975 * sum)];
  const effect = effectAt(weighed, parts.indexOf(Math.max(...parts)));
  const countAt = (at: number) =>
    side.reduce((all, { commit, count }) => all + (commit === at ? count : 0), 0);
  const lessRead = countAt(read[0]!) <= countAt(read.at(-1)!) ? read[0]! : read.at(-1)!;
  return { lessRead, also: { after: gaps[low]!.from, upTo: gaps[high]!.to, probability, effect } };
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

function effectAt({ old, new: young }: Weighed, at: number) {
  const mean = young.mean[at]! - old.mean[at]!;
  const deviation = Math.sqrt(young.variance[at]! + old.variance[at]!);
  return { mean, low: mean - 1.96 * deviation, high: mean + 1.96 * deviation };
}
