const STEPS_MS = [250, 500, 1000, 2000, 4000, 8000] as const;

/** How long to wait before try n (from 0); `dice` in 0..1 spreads many pages over the second half of the wait. */
export function backOff(tries: number, dice: number): number {
  const most = STEPS_MS[Math.min(tries, STEPS_MS.length - 1)]!;
  return Math.round(most * (0.5 + dice / 2));
}
