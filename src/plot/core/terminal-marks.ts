import type { Canvas } from "./canvas.ts";
import { LOOKS } from "./inks.ts";
import type { Ink, Mark, Point } from "./picture.ts";
import { corners, pieces, shown } from "./shapes.ts";
import { column } from "./spark.ts";

type Of<As extends Mark["as"]> = Extract<Mark, { as: As }>;
type Place = (point: Point) => Point;

/** `lined`: the inks whose sign a line has taken. */
export type Sketching = { place: Place; board: Canvas; lined: ReadonlySet<Ink> };

export const sketch = (mark: Mark, on: Sketching): void =>
  (SKETCHED[mark.as] as (mark: Mark, on: Sketching) => void)(mark, on);

const SKETCHED: { readonly [As in Mark["as"]]: (mark: Of<As>, on: Sketching) => void } = {
  scatter,
  line: (mark, { place, board }) => line(mark, mark.points, place, board),
  step: (mark, { place, board }) => line(mark, corners(mark.points), place, board),
  band,
  bars,
  rule,
  heat,
};

const cell = (part: number, count: number): number => Math.min(count - 1, Math.floor(part * count));
const FEW = 200;

/** Few points are signs; a crowd is dots, and so is what lies behind a line of its own. */
function scatter({ points, ink }: Of<"scatter">, { place, board, lined }: Sketching): void {
  for (const [x, y] of shown(points, place)) {
    if (points.length > FEW || lined.has(ink)) board.dot(x, y, ink);
    else board.put(cell(x, board.wide), board.high - 1 - cell(y, board.high), LOOKS[ink]!.sign, ink);
  }
}

/** The series' sign in each cell that the line crosses. */
function line({ ink }: Mark, points: readonly Point[], place: Place, { put, wide, high }: Canvas): void {
  const { sign } = LOOKS[ink]!;
  const mark = ([x, y]: Point) => put(cell(x, wide), high - 1 - cell(y, high), sign, ink);
  for (const piece of pieces(points, place))
    for (const [at, [x, y]] of piece.entries()) {
      const [fromX, fromY] = piece[at - 1] ?? [x, y];
      const steps = Math.ceil(2 * Math.max(Math.abs(x - fromX) * wide, Math.abs(y - fromY) * high)) + 1;
      for (let step = 0; step <= steps; step += 1)
        mark([fromX + ((x - fromX) * step) / steps, fromY + ((y - fromY) * step) / steps]);
    }
}

function band({ ink, parts }: Of<"band">, { place, board }: Sketching): void {
  const edges = parts.map(({ x, low, high }) => ({ low: place([x, low]), high: place([x, high]) }));
  for (let at = 0; at < board.wide; at += 1) {
    const x = (at + 0.5) / board.wide;
    const next = edges.findIndex(({ low }) => low[0] >= x);
    const [a, b] = [edges[Math.max(0, next - 1)], edges[next]];
    if (a === undefined || b === undefined) continue;
    const part = b.low[0] === a.low[0] ? 0 : (x - a.low[0]) / (b.low[0] - a.low[0]);
    const [low, high] = [a.low[1] + part * (b.low[1] - a.low[1]), a.high[1] + part * (b.high[1] - a.high[1])];
    const [bottom, top] = [Math.max(0, cell(low, board.high)), cell(Math.max(0, high), board.high)];
    for (let row = bottom; row <= top; row += 1) board.putIfFree(at, board.high - 1 - row, "░", ink);
    for (const row of [bottom, top]) board.put(at, board.high - 1 - row, "┄", ink);
  }
}

/** In each column the highest of the bars that it covers. */
function bars({ ink, bars: all }: Of<"bars">, { place, board }: Sketching): void {
  const heights = new Array<number>(board.wide).fill(0);
  for (const { from, to, value } of all) {
    const [left, height] = place([from, value]);
    const first = cell(Math.max(0, left), board.wide);
    const last = Math.max(first, Math.ceil(place([to, value])[0] * board.wide - 0.5) - 1);
    for (let at = first; at <= last && at < board.wide; at += 1) heights[at] = Math.max(heights[at]!, height);
  }
  for (const [at, height] of heights.entries())
    for (const [up, sign] of column(height, board.high).entries())
      if (sign !== " ") board.put(at, board.high - 1 - up, sign, ink);
}

function rule({ at, ink }: Of<"rule">, { place, board }: Sketching): void {
  const x = cell(place([at, Number.NaN])[0], board.wide);
  for (let row = 0; row < board.high; row += 1) board.putIfFree(x, row, "┊", ink);
}

/** Of `count` places those whose middles lie between two parts, or the one that the parts' own middle is in. */
function covered(from: number, to: number, count: number): number[] {
  const [first, end] = [from, to].map((part) => Math.ceil(part * count - 0.5)) as [number, number];
  const all = Array.from({ length: end - first }, (_, at) => first + at);
  const places = all.length > 0 ? all : [Math.floor(((from + to) / 2) * count)];
  return places.filter((one) => one >= 0 && one < count);
}

const SHADES = ["·", "░", "▒", "▓", "█"];

/** In each place the fullest of the cells that cover its middle, or that fall there. */
function heat({ ink, cells }: Of<"heat">, { place, board }: Sketching): void {
  const fullest = new Map<string, number>();
  for (const { x, y, part } of cells) {
    if (!(part > 0)) continue;
    const [left, bottom] = place([x[0], y[0]]);
    const [right, top] = place([x[1], y[1]]);
    for (const across of covered(left, right, board.wide))
      for (const up of covered(bottom, top, board.high)) {
        const key = `${across} ${board.high - 1 - up}`;
        fullest.set(key, Math.max(part, fullest.get(key) ?? 0));
      }
  }
  for (const [key, part] of fullest) {
    const [across, row] = key.split(" ").map(Number) as [number, number];
    board.put(across, row, SHADES[Math.min(SHADES.length - 1, Math.floor(SHADES.length * part))]!, ink);
  }
}
