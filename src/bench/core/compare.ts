import { detectableBy } from "./detectable.ts";
import { rankTest } from "./ranks.ts";
import { type Shift, shiftBetween } from "./shift.ts";

export type Verdict = "same" | "different" | "cannot tell";
/** Shifts are fractions of the median of `a`: 0.1 is "b is 10 % above a". */
export type Comparison = {
  readonly is: Verdict;
  readonly shift: Shift;
  readonly chance: number;
  /** The smallest shift that such readings tell from none in 8 of 10 comparisons, and from one within the margin. */
  readonly detectable: { readonly fromNone: number; readonly beyondMargin: number } | undefined;
};

/** The chance that the interval misses the true shift. */
const ERROR = 0.05;

/**
 * Two sets of readings of one metric. "same" needs the whole interval within the
 * margin, "different" the whole interval outside it; anything else cannot be told from these readings.
 * Exact for tens of readings; all differences are looked at, so thousands a side are too many.
 */
export function compare(a: readonly number[], b: readonly number[], within: number): Comparison | undefined {
  const level = Math.abs(median(a));
  if (a.length === 0 || b.length === 0 || !(level > 0)) return undefined;
  const { middle, low, high } = shiftBetween(a, b, ERROR);
  const shift = { middle: middle / level, low: low / level, high: high / level };
  const least = detectableBy(shift, ERROR);
  const detectable = least === undefined ? undefined : { fromNone: least, beyondMargin: within + least };
  return { is: verdictOn(shift, within), shift, chance: rankTest(a, b), detectable };
}

function verdictOn({ low, high }: Shift, within: number): Verdict {
  if (low >= -within && high <= within) return "same";
  return low > within || high < -within ? "different" : "cannot tell";
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  const last = sorted.length - 1;
  return (sorted[Math.floor(last / 2)]! + sorted[Math.ceil(last / 2)]!) / 2;
}
