import { setTimeout as pause } from "node:timers/promises";

type Wait = {
  readonly what: string;
  readonly withinMs: number;
  readonly everyMs: number;
  readonly stopped: AbortSignal;
};

/** Looks again and again until it is so; a failure names what was waited for. */
export async function waitUntil(isSo: () => Promise<boolean>, wait: Wait): Promise<void> {
  const { what, withinMs, everyMs, stopped } = wait;
  for (const until = performance.now() + withinMs; performance.now() < until; ) {
    if (await isSo()) return;
    await pause(everyMs, undefined, { signal: stopped });
  }
  throw new Error(`${what}: not within ${withinMs / 1000} s`);
}
