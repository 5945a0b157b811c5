/** What one class of hypotheses expects of a reading in either state; variances with the noise and all. */
export type Expected = {
  readonly oldMean: number;
  readonly oldVariance: number;
  readonly newMean: number;
  readonly newVariance: number;
};
/** The same at some commit; `share` of the class's prior shows there. */
export type Expectation = Expected & { readonly weight: number; readonly share: number };

/**
 * Step of the integral in units of the smallest deviation: the trapezoid rule is exact to many places for
 * Gaussians.
 */
const STEP = 0.45;
const FAR = 4; // deviations

/**
 * What a reading is expected to tell of which hypothesis is true, in bits: the entropy of what the mixture
 * expects less what would remain if the hypothesis were known. It values a reading at an end too, where the
 * state is no question: there it tells which level is which, and so what the readings in between meant. What
 * the classes expect is reckoned once; it is asked of many commits, which differ in weights and shares.
 */
export function informationOf(classes: readonly Expected[]): (at: readonly Weighing[]) => number {
  const states = classes.map(({ oldMean, oldVariance, newMean, newVariance }) => [
    { mean: newMean, variance: newVariance, deviation: Math.sqrt(newVariance) },
    { mean: oldMean, variance: oldVariance, deviation: Math.sqrt(oldVariance) },
  ]);
  const all = states.flat();
  const low = Math.min(...all.map(({ mean, deviation }) => mean - FAR * deviation));
  const high = Math.max(...all.map(({ mean, deviation }) => mean + FAR * deviation));
  const least = Math.min(...all.map(({ deviation }) => deviation));
  const points = Math.min(400, Math.max(16, Math.ceil((high - low) / (STEP * least))));
  const step = (high - low) / points;
  const densities = states.map((of) =>
    of.map(({ mean, variance, deviation }) =>
      Float64Array.from(
        { length: points + 1 },
        (_, at) => Math.exp(-((low + at * step - mean) ** 2) / (2 * variance)) / deviation / ROOT_2_PI,
      ),
    ),
  );
  return (weighings) => {
    const density = new Float64Array(points + 1);
    let known = 0; // entropy that remains, natural units, constant left out
    for (const [one, { weight, share }] of weighings.entries()) {
      for (const [state, part] of [weight * share, weight * (1 - share)].entries()) {
        if (part <= 0) continue;
        const own = densities[one]![state]!;
        known += part * Math.log(states[one]![state]!.deviation);
        for (let at = 0; at <= points; at += 1) density[at]! += part * own[at]!;
      }
    }
    let whole = 0;
    for (const at of density) if (at > 1e-300) whole -= at * Math.log(at) * step;
    return Math.max(0, (whole - known - HALF_LOG_2_PI_E) / Math.LN2);
  };
}
type Weighing = Pick<Expectation, "weight" | "share">;

export const information = (expectations: readonly Expectation[]): number =>
  informationOf(expectations)(expectations);

/**
 * The same of a reading that is 0 or 1: then the means are the chances of 1, and the variances say nothing.
 */
export function informationOfBit(expectations: readonly Expectation[]): number {
  let [chance, known] = [0, 0];
  for (const { weight, share, oldMean, newMean } of expectations) {
    chance += weight * (share * newMean + (1 - share) * oldMean);
    known += weight * (share * entropy(newMean) + (1 - share) * entropy(oldMean));
  }
  return Math.max(0, entropy(chance) - known);
}

/** Of a coin, in bits. */
export const entropy = (p: number): number =>
  p <= 0 || p >= 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p);

const ROOT_2_PI = Math.sqrt(2 * Math.PI);
const HALF_LOG_2_PI_E = Math.log(2 * Math.PI * Math.E) / 2;
