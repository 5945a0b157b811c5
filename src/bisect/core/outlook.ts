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
