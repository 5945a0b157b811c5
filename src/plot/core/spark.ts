const EIGHTHS = " ▁▂▃▄▅▆▇█";

/** A row of bars, one character each; more values than `width` share a character by their sum. */
export function spark(values: ArrayLike<number>, width: number): string {
  const count = Math.min(width, values.length);
  const sums = new Array<number>(count).fill(0);
  for (let at = 0; at < values.length; at += 1)
    sums[Math.floor((at * count) / values.length)]! += values[at]!;
  const most = sums.reduce((top, one) => Math.max(top, one), 0);
  return sums.map((one) => EIGHTHS[Math.round((8 * one) / (most || 1))]).join("");
}

/** One column of bars from the bottom up: so many whole blocks, then a part of one. */
export function column(part: number, rows: number): string[] {
  const all = Math.round(8 * rows * Math.min(1, part));
  return Array.from({ length: rows }, (_, row) => EIGHTHS[Math.max(0, Math.min(8, all - 8 * row))]!);
}
