import type { Belief } from "./belief.ts";
import type { Ends } from "./ends.ts";
import type { Effect, Search, Verdict } from "./engine.ts";
import { entropy } from "./information.ts";
import { capacity } from "./outlook.ts";

type Found = Extract<Verdict<number>, { is: "found" }>;
type Unsettled = Extract<Verdict<number>, { is: "unsettled" }>;

/** The likeliest set of commits that cannot be told apart, whether or not it is likely enough. */
export function foundOf(belief: Belief, sets: Int32Array): Found {
  const { chances } = belief;
  const bySet = new Float64Array(chances.length);
  for (let at = 0; at < chances.length; at += 1) bySet[sets[at]!]! += chances[at]!;
  let top = 0;
  for (let at = 0; at < bySet.length; at += 1) if (bySet[at]! > bySet[top]!) top = at;
  const commits: number[] = [];
  for (let at = 0; at <= top; at += 1) if (sets[at] === top && chances[at]! > 0) commits.push(at);
  return {
    is: "found",
    commits,
    probability: bySet[top]! * (1 - belief.noChange),
    effect: effectOf(belief, top),
  };
}

export const notReproducedOf = ({ effect, noise, least }: Ends): Verdict<number> => ({
  is: "not-reproduced",
  effect,
  noise,
  ...(least > 0 ? { least } : {}),
});

export function unsettledOf(belief: Belief, { error }: Search, because: Unsettled["because"]): Unsettled {
  const { chances } = belief;
  const order = [...chances.keys()].sort((a, b) => chances[b]! - chances[a]!);
  const left: { commit: number; probability: number }[] = [];
  let sum = 0;
  for (const commit of order) {
    if (sum >= 1 - error) break;
    sum += chances[commit]!;
    left.push({ commit, probability: chances[commit]! });
  }
  const doubt = chances.reduce((bits, p) => bits + (p > 0 ? -p * Math.log2(p) : 0), 0) - entropy(error);
  const effect = effectOf(belief, order[0]!);
  const rate = capacity(deviationsOf(belief, order[0]));
  const runsToSettle = Math.max(1, Math.ceil((STILL_TO_COME * Math.max(0.2, doubt)) / Math.max(rate, 1e-4)));
  return { is: "unsettled", because, left, probability: sum * (1 - belief.noChange), runsToSettle, effect };
}
/** Readings that a bit of doubt takes, against the channel's capacity, measured near the end of searches. */
export const STILL_TO_COME = 2;

const classOf = ({ classes }: Belief, commit: number): number => Math.max(0, classes.classOf[commit]!);
const noiseOf = (belief: Belief, commit: number): number => belief.weighed.noise[classOf(belief, commit)]!;

/** The same in deviations of a reading; when it is not said, of the likeliest commit. */
export function deviationsOf(belief: Belief, commit = likeliest(belief)): number {
  return Math.abs(effectOf(belief, commit).mean) / Math.sqrt(noiseOf(belief, commit));
}

const likeliest = ({ chances }: Belief): number =>
  chances.reduce((top, chance, at) => (chance > chances[top]! ? at : top), 0);

/** New level less old level, if this commit is the first changed one. */
export function effectOf(belief: Belief, commit: number): Effect {
  const { weighed } = belief;
  const at = classOf(belief, commit);
  const mean = weighed.new.mean[at]! - weighed.old.mean[at]!;
  const deviation = Math.sqrt(weighed.new.variance[at]! + weighed.old.variance[at]!);
  return { mean, low: mean - 1.96 * deviation, high: mean + 1.96 * deviation };
}
