/**
 * Bits that one reading gives about which of two equally likely states a commit is in, levels known: the
 * capacity of the binary-input Gaussian channel, C(d) = 1 - E[log2(1 + exp(-2a(a + Z)))], a = d / 2, Z
 * standard normal.
 */
export function capacity(effect: number): number {
  const a = Math.abs(effect) / 2;
  let sum = 0;
  const step = 0.05;
  for (let z = -8; z <= 8; z += step) {
    sum += Math.log2(1 + Math.exp(-2 * a * (a + z))) * Math.exp((-z * z) / 2) * step;
  }
  return Math.max(0, 1 - sum / Math.sqrt(2 * Math.PI));
}

/**
 * How many readings a search is likely to take: the bound `((1 - error) log2 N - h(error)) / C(d)` (Fano
 * with feedback), times what this engine was measured to need above it, levels and noise unknown, which
 * `npm run bench -- bisect` prints.
 */
export function expectedRuns(commits: number, effect: number, error: number): number {
  const h = -error * Math.log2(error) - (1 - error) * Math.log2(1 - error);
  return (MEASURED_ABOVE_BOUND * Math.max(1, (1 - error) * Math.log2(commits) - h)) / capacity(effect);
}
const MEASURED_ABOVE_BOUND = 2.3;
