import type { Likelihood, Weighed } from "./likelihood.ts";

/**
 * Readings that are 0 or 1: each state fails at its own unknown rate. Beforehand it may be any (Jeffreys), or
 * a test is what tests are meant to be, hardly ever wrong: both are weighed by what the readings say.
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

type Beta = readonly [failing: number, passing: number];
type Counts = readonly [failed: number, passed: number];
type Rate = { readonly mean: number; readonly variance: number };
type Part = { readonly log: number; readonly rates: readonly [Rate, Rate] };

/** Any rate (Jeffreys). */
const ANY: Beta = [1 / 2, 1 / 2];
/** A test is what tests are meant to be, hardly ever wrong. */
const SELDOM: Beta = [1 / 2, 5];

/** What is thought of the two rates beforehand, each as likely as the next. */
const PRIORS: readonly ((old: Counts, young: Counts) => Part)[] = [
  (old, young) => apart(rated(old, ANY), rated(young, ANY)),
  (old, young) => apart(rated(old, SELDOM), rated(turned(young), SELDOM, "turned")),
  // as often wrong of the one as of the other
  ([failed, passed], young) => {
    const wrong = [failed + young[1], passed + young[0]] as const;
    const { log, rate } = rated(wrong, SELDOM);
    return { log, rates: [rate, { ...rate, mean: 1 - rate.mean }] };
  },
];

const turned = ([failed, passed]: Counts): Counts => [passed, failed];

function byBeta(weighed: Weighed, one: number, failed: number[], passed: number[], direction?: 1 | -1): void {
  const parts = PRIORS.map((prior) => {
    const { log, rates } = prior([failed[0]!, passed[0]!], [failed[1]!, passed[1]!]);
    return { rates, log: log + (direction === undefined ? 0 : towards(direction, rates)) };
  });
  const top = Math.max(...parts.map(({ log }) => log));
  const whole = parts.reduce((sum, { log }) => sum + Math.exp(log - top), 0);
  weighed.log[one] = top + Math.log(whole / parts.length);
  for (const [state, level] of [weighed.old, weighed.new].entries()) {
    const over = (of: (rate: Rate) => number) =>
      parts.reduce((sum, { log, rates }) => sum + (Math.exp(log - top) / whole) * of(rates[state]!), 0);
    const mean = over((rate) => rate.mean);
    level.mean[one] = mean;
    level.variance[one] = over((rate) => rate.variance + (rate.mean - mean) ** 2);
  }
}

/** How likely the counts are, and the rate after them. `turned`: of passing instead of failing. */
function rated([failed, passed]: Counts, [a, b]: Beta, by?: "turned"): { log: number; rate: Rate } {
  const [f, p] = [failed + a, passed + b];
  const rate = {
    mean: (by === "turned" ? p : f) / (f + p),
    variance: (f * p) / ((f + p) ** 2 * (f + p + 1)),
  };
  return { rate, log: logBeta(f, p) - logBeta(a, b) };
}

const apart = (old: ReturnType<typeof rated>, young: ReturnType<typeof rated>): Part => ({
  log: old.log + young.log,
  rates: [old.rate, young.rate],
});

/** The logistic stands in for the normal. */
function towards(direction: 1 | -1, [old, young]: readonly [Rate, Rate]): number {
  const off = (direction * (young.mean - old.mean)) / Math.sqrt(old.variance + young.variance);
  return Math.log(2 / (1 + Math.exp(-1.702 * off)));
}

const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);

/** Lanczos, g = 7, n = 9; 15 places for positive x. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const t = x + 6.5;
  const sum = LANCZOS.reduce((all, part, at) => all + (at === 0 ? part : part / (x + at - 1)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
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
