import type { Clock } from "../../src/bmc/clock.ts";

/** Every pause is over at once, and as much time has passed, or so many times more. */
export function hastyClock(times = 1): Clock {
  let now = 0;
  return {
    now: () => now,
    pause: async (ms, signal) => {
      signal?.throwIfAborted();
      now += ms * times;
    },
  };
}
