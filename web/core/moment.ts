const HOUR = 3_600_000;

/** `just now`, `for 40 s`, `for 4 min`, `for 3 h`, `for 2 d`: coarse on purpose, the exact time is a hover away. */
export function forHowLong(since: number, now: number): string {
  const ms = Math.max(0, now - since);
  if (ms < 5000) return "just now";
  if (ms < 60_000) return `for ${Math.floor(ms / 10_000) * 10 || 5} s`;
  if (ms < HOUR) return `for ${Math.floor(ms / 60_000)} min`;
  if (ms < 48 * HOUR) return `for ${Math.floor(ms / HOUR)} h`;
  return `for ${Math.floor(ms / (24 * HOUR))} d`;
}

/** `just now`, `40 s ago`, `3 d ago`. */
export const howLongAgo = (at: number, now: number): string => {
  const lasts = forHowLong(at, now);
  return lasts.startsWith("for ") ? `${lasts.slice(4)} ago` : lasts;
};

const two = (n: number): string => `${n}`.padStart(2, "0");

export function clock(at: number): string {
  const time = new Date(at);
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

export function day(at: number): string {
  const time = new Date(at);
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

export const dayAndClock = (at: number): string =>
  `${day(at)} ${clock(at)}.${`${at % 1000}`.padStart(3, "0")}`;
