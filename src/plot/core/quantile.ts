/** Of sorted values, between two of them in proportion. */
export function quantile(sorted: readonly number[], part: number): number {
  const place = part * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return low + (place - Math.floor(place)) * (high - low);
}

export const sortedOf = (values: readonly number[]): number[] =>
  values.filter(Number.isFinite).sort((a, b) => a - b);
