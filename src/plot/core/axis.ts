import type { Axis, Tick } from "./picture.ts";

/** Where a value stands between the two ends of an axis: 0 to 1, or outside. */
export function placeOn({ scale, from, to }: Axis, value: number): number {
  if (scale === "linear") return (value - from) / (to - from);
  return Math.log(value / from) / Math.log(to / from); // nothing on a log axis is 0 or less: -Infinity, NaN
}

/** About so many round values; of named ones all. */
export function ticksOf(axis: Axis, about: number): readonly Tick[] {
  if (axis.names !== undefined) return axis.names;
  const { scale, from, to } = axis;
  if (scale === "log" && to / from >= 10) return decades(from, to, about);
  const step = stepOf((to - from) / about);
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  const values = Array.from({ length: count }, (_, at) => (first + at) * step);
  return values.map((at) => ({ at, label: numeral(at, step, Math.max(Math.abs(from), Math.abs(to))) }));
}

/** Powers of ten; where they are few, 2 and 5 times them as well. */
function decades(from: number, to: number, about: number): Tick[] {
  const [first, last] = [Math.floor(Math.log10(from) + 1e-9), Math.floor(Math.log10(to) + 1e-9)];
  const every = Math.max(1, Math.ceil((last - first + 1) / about));
  const powers = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  const times = last - first < 3 ? [1, 2, 5] : [1];
  return powers
    .filter((power) => power % every === 0)
    .flatMap((power) => times.map((one) => one * 10 ** power))
    .filter((at) => at >= from * (1 - 1e-9) && at <= to * (1 + 1e-9))
    .map((at) => ({ at, label: numeral(at, at, at) }));
}

/** 1, 2 or 5 times a power of ten, at least as large. */
function stepOf(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const times = [1, 2, 5].find((one) => one * power >= least * (1 - 1e-9)) ?? 10;
  return times * power;
}

const THOUSANDS: readonly (readonly [number, string])[] = [
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

/** As many digits as `step` needs; what reaches 10 000 is counted in thousands. */
export function numeral(value: number, step: number, most: number): string {
  if (value === 0) return "0";
  if (most >= 1e13 || step < 1e-6) return String(Number(value.toPrecision(3)));
  const [scale, letter] = THOUSANDS.find(([one]) => most >= one * (one === 1e3 ? 10 : 1)) ?? [1, ""];
  const decimals = Math.max(0, -Math.floor(Math.log10(step / scale) + 1e-9));
  return `${(value / scale).toFixed(decimals)}${letter}`;
}

/** From the smallest to the largest value in round steps; from 0 where a height is read as a size. */
export function reach(
  values: Iterable<number>,
  { zero = false, scale = "linear" }: { zero?: boolean; scale?: Axis["scale"] } = {},
): Pick<Axis, "scale" | "from" | "to"> {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value) || (scale === "log" && value <= 0)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = scale === "log" ? [1, 10] : [0, 1];
  if (scale === "log") {
    const [from, to] = [1 / stepOf(1 / low), stepOf(high)];
    return { scale, from, to: to > from ? to : 10 * from };
  }
  if (zero) [low, high] = [Math.min(0, low), Math.max(0, high)];
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (size < 1e-300) [low, high] = [0, 1];
  else if (high - low < 1e-9 * size) [low, high] = [low - size / 10, high + size / 10];
  const step = stepOf((high - low) / 5);
  const round = (value: number) => Number((step * value).toPrecision(12));
  return { scale, from: round(Math.floor(low / step)), to: round(Math.ceil(high / step)) };
}

/** From 0 to the last moment, to the point: time needs no round end. */
export function timeSpan(seconds: readonly number[]): Pick<Axis, "scale" | "from" | "to"> {
  const [from, to] = seconds.reduce(
    ([first, last], one) =>
      Number.isFinite(one) ? [Math.min(first, one), Math.max(last, one)] : [first, last],
    [0, 0],
  );
  return { scale: "linear", from, to: to > from ? to : from + 1 };
}
