import type { Ink } from "./picture.ts";

/** Characters and, behind them, braille dots: two across and four down in each. */
export type Canvas = {
  readonly wide: number; // in characters
  readonly high: number;
  put(column: number, row: number, sign: string, ink: Ink): void; // rows count from above
  putIfFree(column: number, row: number, sign: string, ink: Ink): void;
  dot(x: number, y: number, ink: Ink): void; // parts from left and from below, 0 to 1
  rows(paint: (signs: string, ink: Ink) => string): string[];
};

// Unicode 16, braille patterns: the bit of each dot, [column][row from above]
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

export function canvas(wide: number, high: number): Canvas {
  const signs = new Map<number, { sign: string; ink: Ink }>();
  const dots = new Map<number, { bits: number; ink: Ink }>();
  const isIn = (column: number, row: number) => column >= 0 && column < wide && row >= 0 && row < high;
  const put = (column: number, row: number, sign: string, ink: Ink) => {
    if (isIn(column, row)) signs.set(row * wide + column, { sign, ink });
  };
  return {
    wide,
    high,
    put,
    putIfFree(column, row, sign, ink) {
      const at = row * wide + column;
      if (!signs.has(at) && !dots.has(at)) put(column, row, sign, ink);
    },
    dot(x, y, ink) {
      const across = Math.min(2 * wide - 1, Math.floor(x * 2 * wide));
      const down = 4 * high - 1 - Math.min(4 * high - 1, Math.floor(y * 4 * high));
      const at = Math.floor(down / 4) * wide + Math.floor(across / 2);
      const bit = DOTS[(across % 2) as 0 | 1][(down % 4) as 0 | 1 | 2 | 3];
      dots.set(at, { bits: (dots.get(at)?.bits ?? 0) | bit, ink });
    },
    rows: (paint) =>
      Array.from({ length: high }, (_, row) => {
        const cells = Array.from({ length: wide }, (_, column) => {
          const at = row * wide + column;
          const behind = dots.get(at);
          if (signs.has(at) || behind === undefined) return signs.get(at);
          return { sign: String.fromCodePoint(0x2800 + behind.bits), ink: behind.ink };
        });
        return painted(cells, paint);
      }),
  };
}

/** Neighbours of one ink are painted together. */
function painted(
  cells: readonly ({ sign: string; ink: Ink } | undefined)[],
  paint: (signs: string, ink: Ink) => string,
): string {
  let [line, run] = ["", ""];
  let ink: Ink | undefined;
  for (const cell of [...cells, undefined]) {
    if (cell?.ink !== ink) {
      line += ink === undefined ? run : paint(run, ink);
      [run, ink] = ["", cell?.ink];
    }
    run += cell?.sign ?? " ";
  }
  return (line + run).slice(0, -1); // the cell that ended the last run
}
