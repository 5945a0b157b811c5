import { belowNormal } from "./normal.ts";

/** With more readings than this in both sets, the exact ways take seconds to count, and the normal curve is as good. */
export const MOST_EXACT = 150;

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
  const ends = new Map<number, { first: number; last: number }>();
  for (const [at, value] of sorted.entries())
    ends.set(value, { first: ends.get(value)?.first ?? at, last: at });
  return values.map((value) => ends.get(value)!.first + ends.get(value)!.last + 2);
}

/** Mann and Whitney's test, two-sided: exact for up to `MOST_EXACT` readings, else by the normal curve. */
export function rankTest(a: readonly number[], b: readonly number[]): number {
  const ranks = doubledRanks([...a, ...b]);
  const way = ranks.length > MOST_EXACT ? rankTestNearly : rankTestExactly;
  return way(ranks, a.length);
}

/** Twice the smaller tail of all ways to share out the labels. */
export function rankTestExactly(ranks: readonly number[], first: number): number {
  const seen = sumOf(ranks.slice(0, first));
  const counts = rankSumCounts(ranks, first);
  const total = sumOf(counts);
  return Math.min(1, (2 * Math.min(sumOf(counts.slice(0, seen + 1)), sumOf(counts.slice(seen)))) / total);
}

/** By the mean and variance that the rank sum has with these ties, corrected for its steps. */
export function rankTestNearly(ranks: readonly number[], first: number): number {
  const all = ranks.length;
  const middle = sumOf(ranks) / all;
  const spread = ranks.reduce((sum, rank) => sum + (rank - middle) ** 2, 0) / (all * (all - 1));
  const deviation = Math.sqrt(first * (all - first) * spread);
  const away = Math.abs(sumOf(ranks.slice(0, first)) - first * middle);
  return deviation === 0 ? 1 : Math.min(1, 2 * belowNormal(-Math.max(0, away - 1) / deviation));
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
