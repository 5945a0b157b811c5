export const SPEEDS = [0.5, 1, 2, 4, 8, 16, 64] as const;
/** Nobody waits for longer silences than this, unless they want to. */
export const IDLE_MS = 2000;

/** Where time is after so much of the clock: silences before the next event are cut short. */
export function advanced(
  now: number,
  {
    tookMs,
    speed,
    nextMs,
    cutsIdle,
  }: { tookMs: number; speed: number; nextMs: number | undefined; cutsIdle: boolean },
): number {
  const at = now + tookMs * speed;
  const isIdle = cutsIdle && nextMs !== undefined && nextMs - now > IDLE_MS * speed;
  return isIdle ? Math.max(at, nextMs - IDLE_MS * speed) : at;
}

/** The recording in which a moment is: the last one that began no later; the first one for all before. */
export function recordingAt<R extends { readonly startedAt: number }>(
  newestFirst: readonly R[],
  at: number,
): R | undefined {
  return newestFirst.find(({ startedAt }) => startedAt <= at) ?? newestFirst.at(-1);
}

/** `1:02:03`, `02:03`: how far into it. */
export function into(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => `${n}`.padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours}:` : ""}${two(minutes)}:${two(seconds % 60)}`;
}
