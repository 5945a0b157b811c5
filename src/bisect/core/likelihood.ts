import type { Tally } from "./tally.ts";

/**
 * What is expected of a reading in one state: mean and variance of the level, before the noise of the
 * reading.
 */
export type Level = { readonly mean: Float64Array; readonly variance: Float64Array };

/** What the readings say of each class of hypotheses. */
export type Weighed = {
  readonly log: Float64Array; // natural logarithm of the marginal likelihood
  readonly old: Level; // by class
  readonly new: Level;
  readonly noise: Float64Array; // variance of a reading about its build's level, by class
  /** Variance of a build's offset from its state's level, in parts of the noise, by class. */
  readonly offset: Float64Array;
  readonly binary?: true; // a reading is 0 or 1, and a level is the chance of 1
};

/** `shows[t][c]` is 1 where tally t is in the new state under class c. */
export type Likelihood = (
  tallies: readonly Tally[],
  shows: readonly Uint8Array[],
  classes: number,
) => Weighed;

/**
 * Effects in deviations of a reading, each as likely beforehand: around a size e the density is x² N(0, e²/2),
 * likeliest at e and nothing at 0 (a moment prior, Johnson and Rossell 2010). Under N(0, e²) the hypotheses
 * of a very small effect, which fit anything, take long to be dropped; it is taken where `least` cuts them
 * out.
 */
const EFFECTS = [1 / 2, 1, 2, 4];
/** Prior variances of a build's offset, in the same units. */
export const OFFSETS = [0, 0.06, 0.25, 1];

export type Noise = { readonly squares: number; readonly freedom: number };
const NOTHING_KNOWN: Noise = { squares: 0, freedom: 0 };

type Sums = { readonly weight: number; readonly sum: number; readonly square: number };

/**
 * Two levels and the noise all unknown: y = level(state) + offset(build) + noise. The level is integrated
 * out under a flat prior, the effect under each of `EFFECTS`, the noise under 1/noise, then averaged over
 * those and over `offsets`, the variance of builds about their level. `direction`: the new state is known to
 * read higher (1) or lower (-1). `least`: effects below it are none, which cuts the middle out of the prior.
 * `noise`: what readings elsewhere told of it, as the sum of squares and its degrees of freedom.
 */
export function gaussian({
  offsets = [0],
  direction,
  least = 0,
  noise = NOTHING_KNOWN,
}: {
  offsets?: readonly number[];
  direction?: 1 | -1;
  least?: number;
  noise?: Noise;
}): Likelihood {
  return (tallies, shows, classes) => {
    const weighed = emptyWeighed(classes);
    const all = tallies.reduce((sum, one) => sum + one.count, 0);
    const count = all + noise.freedom;
    const centre = tallies.reduce((sum, one) => sum + one.count * one.mean, 0) / Math.max(1, all);
    const within = tallies.reduce((sum, one) => sum + one.squares, noise.squares);
    const cells = offsets.map((offset) => {
      const weights = tallies.map((one) => one.count / (1 + offset * one.count));
      const damping = tallies.reduce((sum, one) => sum + Math.log(1 + offset * one.count), 0);
      return { offset, weights, damping, all: sumsOf(tallies, weights, centre, () => true) };
    });
    for (let one = 0; one < classes; one += 1) {
      const mix = new Mixture();
      for (const { offset, weights, damping, all } of cells) {
        const right = sumsOf(tallies, weights, centre, (at) => shows[at]![one] === 1);
        for (const size of EFFECTS)
          mix.add(cell({ all, right, within, count, size, damping, offset, direction, least }));
      }
      mix.into(weighed, one, centre);
    }
    return weighed;
  };
}

const emptyWeighed = (classes: number): Weighed => {
  const level = () => ({ mean: new Float64Array(classes), variance: new Float64Array(classes) });
  const noise = new Float64Array(classes);
  return {
    log: new Float64Array(classes),
    old: level(),
    new: level(),
    noise,
    offset: new Float64Array(classes),
  };
};

function sumsOf(
  tallies: readonly Tally[],
  weights: readonly number[],
  centre: number,
  counts: (at: number) => boolean,
): Sums {
  let [weight, sum, square] = [0, 0, 0];
  for (let at = 0; at < tallies.length; at += 1) {
    if (!counts(at)) continue;
    const [w, y] = [weights[at]!, tallies[at]!.mean - centre];
    weight += w;
    sum += w * y;
    square += w * y * y;
  }
  return { weight, sum, square };
}

type Cell = {
  readonly log: number;
  readonly oldMean: number;
  readonly oldVariance: number;
  readonly newMean: number;
  readonly newVariance: number;
  readonly noise: number;
  readonly offset: number;
};

/** One effect prior and one offset: conjugate, so everything is in closed form. */
function cell(wish: {
  all: Sums;
  right: Sums;
  within: number;
  count: number;
  size: number;
  damping: number;
  offset: number;
  direction: 1 | -1 | undefined;
  least: number;
}): Cell {
  const { all, right, within, count, size, damping, offset, direction, least } = wish;
  const [w, r] = [all.weight, right.weight];
  const l = w - r;
  const isMoment = least === 0;
  const g = isMoment ? size ** 2 / 2 : size ** 2;
  const meanLeft = l > 0 ? (all.sum - right.sum) / l : 0;
  const meanRight = r > 0 ? right.sum / r : 0;
  const both = l > 0 && r > 0;
  const difference = both ? meanRight - meanLeft : 0;
  const h = both ? (l * r) / w : 0;
  const pulled = 1 + g * h;
  const left = all.square - right.square - (l > 0 ? (all.sum - right.sum) ** 2 / l : 0);
  const between = Math.max(0, left) + Math.max(0, right.square - (r > 0 ? right.sum ** 2 / r : 0));
  const squares = Math.max(within + between + (difference * difference * h) / pulled, TINY);
  const freedom = count - 1;
  const log = -(damping + Math.log(w) + Math.log(pulled) + freedom * Math.log(squares)) / 2;
  const noise = (squares / Math.max(1, freedom)) * (freedom > 2 ? freedom / (freedom - 2) : 3);
  const [mean, variance] = [(difference * g * h) / pulled, (noise * g) / pulled];
  const moment = mean * mean + variance; // of the second order
  const effect = isMoment ? mean * (1 + (2 * variance) / moment) : mean;
  const fourth = (mean * mean + 3 * variance) ** 2 - 6 * variance * variance;
  const effectVariance = isMoment ? Math.max(TINY * variance, fourth / moment - effect * effect) : variance;
  const middle = all.sum / w;
  const [toOld, toNew] = [r / w, l / w];
  const allowed = (mean: number, variance: number) => logAllowed(mean, variance, direction, least);
  const sure = allowed(mean, variance) - allowed(0, noise * g);
  const apart = isMoment ? Math.log(moment / (noise * g)) : 0;
  return {
    log: log + sure + apart,
    oldMean: middle - effect * toOld,
    oldVariance: noise / w + effectVariance * toOld * toOld,
    newMean: middle + effect * toNew,
    newVariance: noise / w + effectVariance * toNew * toNew,
    noise,
    offset,
  };
}

/** Logarithm of the chance that an effect is of a size, and to a side, that is looked for. */
function logAllowed(mean: number, variance: number, direction: 1 | -1 | undefined, least: number): number {
  const beyond = (side: number) => logAbove((side * mean - least) / Math.sqrt(variance));
  if (direction !== undefined) return beyond(direction);
  if (least === 0) return 0;
  const [one, other] = [beyond(1), beyond(-1)];
  const top = Math.max(one, other);
  return top + Math.log(Math.exp(one - top) + Math.exp(other - top));
}

/** Readings that are all alike leave no noise: this keeps the logarithm finite. */
const TINY = 1e-12;

/** P(Z < z) of a standard normal, never quite 0 (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
export function above(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const poly =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = Math.max(1e-12, (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly);
  return z > 0 ? 1 - tail : tail;
}

/** Logarithm of the same, however small it is: beyond 6 deviations by the tail's series. */
function logAbove(z: number): number {
  if (z > -6) return Math.log(above(z));
  const rest = 1 - 1 / z ** 2 + 3 / z ** 4;
  return -(z * z) / 2 - Math.log(-z * Math.sqrt(2 * Math.PI)) + Math.log(rest);
}

/** Adds cells up by their likelihood: the marginal, and the moments of what each expects. */
class Mixture {
  readonly #cells: Cell[] = [];

  add(one: Cell): void {
    this.#cells.push(one);
  }

  into(weighed: Weighed, at: number, centre: number): void {
    const top = Math.max(...this.#cells.map(({ log }) => log));
    const parts = this.#cells.map(({ log }) => Math.exp(log - top));
    const whole = parts.reduce((sum, part) => sum + part, 0);
    const mean = (of: (one: Cell) => number) =>
      this.#cells.reduce((sum, one, i) => sum + (parts[i]! / whole) * of(one), 0);
    weighed.log[at] = top + Math.log(whole / parts.length);
    const [old, young] = [mean((one) => one.oldMean), mean((one) => one.newMean)];
    weighed.old.mean[at] = old + centre;
    weighed.new.mean[at] = young + centre;
    weighed.old.variance[at] = mean((one) => one.oldVariance + (one.oldMean - old) ** 2);
    weighed.new.variance[at] = mean((one) => one.newVariance + (one.newMean - young) ** 2);
    weighed.noise[at] = mean((one) => one.noise);
    weighed.offset[at] = mean((one) => one.offset);
  }
}

/** Both levels and the noise known, from long experience with the same bench. */
export function knownLevels(levels: { old: number; new: number; noise: number }): Likelihood {
  const variance = levels.noise ** 2;
  return (tallies, shows, classes) => {
    const weighed = emptyWeighed(classes);
    weighed.old.mean.fill(levels.old);
    weighed.new.mean.fill(levels.new);
    weighed.noise.fill(variance);
    for (const [at, { count, mean }] of tallies.entries()) {
      const [asOld, asNew] = [levels.old, levels.new].map(
        (level) => (-count * (mean - level) ** 2) / (2 * variance),
      );
      for (let one = 0; one < classes; one += 1) weighed.log[one]! += shows[at]![one] === 1 ? asNew! : asOld!;
    }
    return weighed;
  };
}
