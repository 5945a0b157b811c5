import { normalBeyond } from "./normal.ts";
import type { Shift } from "./shift.ts";

/** How often the smallest difference that can be seen is seen. */
export const POWER = 0.8;

/**
 * The minimum detectable difference: the smallest true shift that as many readings with this noise would
 * tell from none with 80 % power, at the level of the interval that is given. (z_{1-error/2} + z_0.8)
 * standard errors of the shift, as in Bloom 1995, "Minimum detectable effects", Evaluation Review 19,
 * 547-556. The standard error is half the interval over z_{1-error/2} (Lehmann 1963, "Nonparametric
 * confidence intervals for a shift parameter", Ann. Math. Statist. 34, 1507-1512), so it is half the
 * interval, as wide as the rank test makes it for few readings, and z_0.8 / z_{1-error/2} of that besides.
 * Nothing where the interval has no ends: then no shift would be told, however large.
 */
export function detectableBy({ low, high }: Shift, error: number): number | undefined {
  const half = (high - low) / 2;
  return Number.isFinite(half) ? half * (1 + normalBeyond(1 - POWER) / normalBeyond(error / 2)) : undefined;
}
