/** What several rounds say of one thing. */
export type Spread = { readonly median: number; readonly min: number; readonly max: number };

/** `undefined` when nothing was measured. */
export function spreadOf(numbers: readonly number[]): Spread | undefined {
  if (numbers.length === 0) return undefined;
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/** `12.4 (11.9-13.2)` */
export function spreadWords(spread: Spread | undefined, digits: number): string {
  if (spread === undefined) return "not seen";
  const [median, min, max] = [spread.median, spread.min, spread.max].map((one) => one.toFixed(digits));
  return `${median} (${min}-${max})`;
}
