/** How often each rank sum of `first` readings comes up if labels mean nothing: exact, with ties as they are. */
export function rankSumCounts(doubledRanks: readonly number[], first: number): readonly number[] {
  const most = doubledRanks.reduce((sum, rank) => sum + rank, 0);
  const ways = Array.from({ length: first + 1 }, () => new Array<number>(most + 1).fill(0));
  ways[0]![0] = 1;
  for (const rank of doubledRanks)
    for (let taken = first; taken >= 1; taken -= 1)
      for (let sum = most; sum >= rank; sum -= 1) ways[taken]![sum]! += ways[taken - 1]![sum - rank]!;
  return ways[first]!;
}

/** Ranks times two, so that the middle rank of a tie is a whole number. In the order given. */
export function doubledRanks(values: readonly number[]): readonly number[] {
  const sorted = [...values].sort((x, y) => x - y);
  return values.map((value) => sorted.indexOf(value) + sorted.lastIndexOf(value) + 2);
}

/** Mann and Whitney's test, two-sided and exact: twice the smaller tail of all ways to share out the labels. */
export function rankTest(a: readonly number[], b: readonly number[]): number {
  const ranks = doubledRanks([...a, ...b]);
  const seen = ranks.slice(0, a.length).reduce((sum, rank) => sum + rank, 0);
  const counts = rankSumCounts(ranks, a.length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const below = counts.slice(0, seen + 1).reduce((sum, count) => sum + count, 0);
  const above = counts.slice(seen).reduce((sum, count) => sum + count, 0);
  return Math.min(1, (2 * Math.min(below, above)) / total);
}
