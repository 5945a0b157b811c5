/**
 * All readings of one build of one commit. Several builds of a commit are several tallies: each has its own
 * offset.
 */
export type Tally = {
  readonly commit: number; // by its place in the history, or OLD_END
  readonly count: number;
  readonly mean: number;
  readonly squares: number; // sum of squared deviations from the mean
};

/** One value added, in one pass (Welford 1962). */
export function added(tally: Tally, value: number): Tally {
  const count = tally.count + 1;
  const off = value - tally.mean;
  const mean = tally.mean + off / count;
  return { commit: tally.commit, count, mean, squares: tally.squares + off * (value - mean) };
}

export const firstOf = (commit: number, value: number): Tally => ({
  commit,
  count: 1,
  mean: value,
  squares: 0,
});

/** All of them as if they were one build's. */
export function pooled(tallies: readonly Tally[]): Omit<Tally, "commit"> {
  const count = tallies.reduce((sum, one) => sum + one.count, 0);
  const mean = tallies.reduce((sum, one) => sum + one.count * one.mean, 0) / Math.max(1, count);
  const squares = tallies.reduce((sum, one) => sum + one.squares + one.count * (one.mean - mean) ** 2, 0);
  return { count, mean, squares };
}
