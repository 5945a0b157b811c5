/** What one class of hypotheses expects of a reading at some commit; `share` of its prior shows there. */
export type Expectation = {
  readonly weight: number; // posterior of the class
  readonly share: number;
  readonly oldMean: number;
  readonly oldVariance: number; // of the reading, noise and all
  readonly newMean: number;
  readonly newVariance: number;
};

/**
 * Step of the integral in units of the smallest deviation: the trapezoid rule is exact to many places for
 * Gaussians.
 */
const STEP = 0.45;
const FAR = 4; // deviations

/**
 * What a reading is expected to tell of which hypothesis is true, in bits: the entropy of what the mixture
 * expects less what would remain if the hypothesis were known. It values a reading at an end too, where the
 * state is no question: there it tells which level is which, and so what the readings in between meant.
 */
export function information(expectations: readonly Expectation[]): number {
  let [low, high, least] = [Infinity, -Infinity, Infinity];
  let known = 0; // entropy that remains, natural units, constant left out
  const parts: { weight: number; mean: number; variance: number }[] = [];
  const hear = (weight: number, mean: number, variance: number) => {
    if (weight <= 0) return;
    const deviation = Math.sqrt(variance);
    low = Math.min(low, mean - FAR * deviation);
    high = Math.max(high, mean + FAR * deviation);
    least = Math.min(least, deviation);
    known += (weight * Math.log(variance)) / 2;
    parts.push({ weight: weight / Math.sqrt(2 * Math.PI * variance), mean, variance: 2 * variance });
  };
  for (const { weight, share, ...at } of expectations) {
    hear(weight * share, at.newMean, at.newVariance);
    hear(weight * (1 - share), at.oldMean, at.oldVariance);
  }
  if (parts.length < 2) return 0;
  const points = Math.min(400, Math.max(16, Math.ceil((high - low) / (STEP * least))));
  const step = (high - low) / points;
  let whole = 0;
  for (let at = 0; at <= points; at += 1) {
    const y = low + at * step;
    let density = 0;
    for (const part of parts) density += part.weight * Math.exp(-((y - part.mean) ** 2) / part.variance);
    if (density > 1e-300) whole -= density * Math.log(density) * step;
  }
  return Math.max(0, (whole - known - HALF_LOG_2_PI_E) / Math.LN2);
}

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

const HALF_LOG_2_PI_E = Math.log(2 * Math.PI * Math.E) / 2;
