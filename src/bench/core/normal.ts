/** The chance that a standard normal value is at most `z`: Abramowitz and Stegun 26.2.17, wrong by less than 1e-7. */
export function belowNormal(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const weights = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const series = weights.reduceRight((sum, weight) => (sum + weight) * t, 0);
  const above = (series * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
  return z < 0 ? above : 1 - above;
}

/** The value that a standard normal one exceeds with chance `tail`, by halving. */
export function normalBeyond(tail: number): number {
  let [low, high] = [-8, 8];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (1 - belowNormal(middle) > tail) low = middle;
    else high = middle;
  }
  return low;
}
