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
