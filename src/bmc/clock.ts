import { setTimeout as pauseFor } from "node:timers/promises";

/** Time as an argument, so that a minute of back-off is tried without waiting for it. */
export type Clock = { now(): number; pause(ms: number, signal?: AbortSignal): Promise<void> };

export const realClock: Clock = {
  now: () => performance.now(), // goes on evenly when somebody sets the clock
  pause: (ms, signal) => pauseFor(ms, undefined, signal && { signal }),
};
