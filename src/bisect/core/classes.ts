import { OLD_END } from "./engine.ts";
import { cone, type History } from "./history.ts";

/**
 * Which hypotheses the commits read so far tell apart. Hypothesis v says that v is the first changed
 * commit; it shows at a commit that is v or descends from it. Hypotheses that show at the same read commits
 * have the same likelihood, so they are one class, within which only the prior speaks.
 */
export type Classes = {
  readonly history: History;
  readonly prior: Float64Array; // of each hypothesis, adding up to 1
  readonly classOf: Int32Array; // of each hypothesis
  readonly mass: Float64Array; // prior of each class
  /** For each read commit in the order they were added: does the change show there, by class. */
  readonly shows: ReadonlyMap<number, Uint8Array>;
};

/** Nothing read yet: one class of all. */
export function oneClass(history: History, weights?: ArrayLike<number>): Classes {
  const prior = Float64Array.from({ length: history.size }, (_, at) => weights?.[at] ?? 1);
  const whole = prior.reduce((sum, weight) => sum + weight, 0);
  for (let at = 0; at < prior.length; at += 1) prior[at]! /= whole;
  return {
    ...{ history, prior, classOf: new Int32Array(history.size) },
    ...{ mass: Float64Array.of(1), shows: new Map() },
  };
}

/** The same after a commit was read: each class falls into those that show there and those that do not. */
export function split(classes: Classes, commit: number): Classes {
  if (classes.shows.has(commit)) return classes;
  const { history, prior, classOf: before } = classes;
  const inside = cone(history, commit);
  const numbers = new Map<number, number>(); // old class and side -> new class
  const classOf = new Int32Array(history.size);
  const mass: number[] = [];
  for (let at = 0; at < history.size; at += 1) {
    const weight = prior[at]!;
    if (weight === 0) {
      classOf[at] = -1; // no hypothesis: identical to its parent
      continue;
    }
    const key = before[at]! * 2 + inside[at]!;
    let number = numbers.get(key);
    if (number === undefined) {
      number = mass.length;
      numbers.set(key, number);
      mass.push(0);
    }
    classOf[at] = number;
    mass[number]! += weight;
  }
  const from = [...numbers.keys()]; // by new class, since numbers were given in order
  const shows = new Map<number, Uint8Array>();
  for (const [read, was] of classes.shows)
    shows.set(
      read,
      Uint8Array.from(from, (key) => was[key >> 1]!),
    );
  shows.set(
    commit,
    Uint8Array.from(from, (key) => key & 1),
  );
  return { history, prior, classOf, mass: Float64Array.from(mass), shows };
}

export const splitBy = (classes: Classes, commits: Iterable<number>): Classes => {
  let now = classes;
  for (const commit of commits) now = split(now, commit);
  return now;
};

/** How much of each class's prior shows at a commit, read or not: 0 to 1. */
export function shareShowing(classes: Classes, commit: number): Float64Array {
  const known = classes.shows.get(commit);
  if (known !== undefined) return Float64Array.from(known);
  const share = new Float64Array(classes.mass.length);
  if (commit === OLD_END) return share;
  const inside = cone(classes.history, commit);
  for (let at = 0; at < inside.length; at += 1) {
    if (inside[at] === 1 && classes.classOf[at]! >= 0) share[classes.classOf[at]!]! += classes.prior[at]!;
  }
  return share.map((sum, one) => Math.min(1, sum / classes.mass[one]!));
}
