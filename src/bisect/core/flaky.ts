import type { Likelihood, Weighed } from "./likelihood.ts";

/**
 * Readings that are 0 or 1: each state fails at its own unknown rate, Beta(1/2, 1/2) beforehand (Jeffreys).
 * A tally's mean is the share of failures. `rates`: both known instead. `direction` 1: the new state fails
 * more often.
 */
export function flaky(known: { rates?: { old: number; new: number }; direction?: 1 | -1 }): Likelihood {
  return (tallies, shows, classes) => {
    const weighed = empty(classes);
    for (let one = 0; one < classes; one += 1) {
      const [failed, passed] = [
        [0, 0],
        [0, 0],
      ]; // in the old state, in the new
      for (const [at, { count, mean }] of tallies.entries()) {
        const state = shows[at]![one]!;
        failed[state]! += count * mean;
        passed[state]! += count * (1 - mean);
      }
      if (known.rates !== undefined)
        byRates(weighed, one, failed, passed, [known.rates.old, known.rates.new]);
      else byBeta(weighed, one, failed, passed, known.direction);
    }
    return weighed;
  };
}

function byRates(weighed: Weighed, one: number, failed: number[], passed: number[], rates: number[]): void {
  weighed.log[one] = [0, 1].reduce(
    (sum, state) =>
      sum + failed[state]! * Math.log(rates[state]!) + passed[state]! * Math.log(1 - rates[state]!),
    0,
  );
  weighed.old.mean[one] = rates[0]!;
  weighed.new.mean[one] = rates[1]!;
}

const HALF = 0.5;

function byBeta(weighed: Weighed, one: number, failed: number[], passed: number[], direction?: 1 | -1): void {
  const rate = (state: number) => (failed[state]! + HALF) / (failed[state]! + passed[state]! + 1);
  const spread = (state: number) => (rate(state) * (1 - rate(state))) / (failed[state]! + passed[state]! + 2);
  weighed.log[one] = logBeta(failed[0]!, passed[0]!) + logBeta(failed[1]!, passed[1]!);
  if (direction !== undefined) {
    const off = (direction * (rate(1) - rate(0))) / Math.sqrt(spread(0) + spread(1));
    weighed.log[one]! += Math.log(2 / (1 + Math.exp(-1.702 * off))); // the logistic stands in for the normal
  }
  for (const [level, state] of [
    [weighed.old, 0],
    [weighed.new, 1],
  ] as const) {
    level.mean[one] = rate(state);
    level.variance[one] = spread(state);
  }
}

/** log of Beta(failed + 1/2, passed + 1/2) / Beta(1/2, 1/2). */
const logBeta = (failed: number, passed: number): number =>
  logGamma(failed + HALF) + logGamma(passed + HALF) - logGamma(failed + passed + 1) - Math.log(Math.PI);

/** Lanczos, g = 7, n = 9; 15 places for positive x. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const t = x + 6.5;
  const sum = LANCZOS.reduce((all, part, at) => all + (at === 0 ? part : part / (x + at - 1)), 0);
  return HALF * Math.log(2 * Math.PI) + (x - HALF) * Math.log(t) - t + Math.log(sum);
}
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

function empty(classes: number): Weighed {
  const zeros = () => new Float64Array(classes);
  const level = () => ({ mean: zeros(), variance: zeros() });
  return { log: zeros(), old: level(), new: level(), noise: zeros(), offset: zeros(), binary: true };
}
