import { placeOn } from "./axis.ts";
import type { Mark, Panel, Picture, Point } from "./picture.ts";

export function placer({ x }: Picture, { y }: Panel): (point: Point) => Point {
  return ([across, up]) => [placeOn(x, across), placeOn(y, up)];
}

const isInside = ([x, y]: Point): boolean => x >= -1e-9 && x <= 1 + 1e-9 && y >= -1e-9 && y <= 1 + 1e-9;

/** Those that the axes hold; the rest cannot be drawn. */
export const shown = (points: readonly Point[], place: (point: Point) => Point): Point[] =>
  points.map(place).filter(isInside);

/** A line's pieces: it breaks where a value is missing or the axes do not reach. */
export function pieces(points: readonly Point[], place: (point: Point) => Point): Point[][] {
  const all: Point[][] = [[]];
  for (const point of points.map(place)) {
    if (isInside(point)) all.at(-1)!.push(point);
    else if (all.at(-1)!.length > 0) all.push([]);
  }
  return all.filter(({ length }) => length > 0);
}

/** Each value holds until the next point. */
export const corners = (points: readonly Point[]): Point[] =>
  points.flatMap(([x, y], at): Point[] => {
    const before = points[at - 1];
    return before === undefined
      ? [[x, y]]
      : [
          [x, before[1]],
          [x, y],
        ];
  });

const clamp = (part: number): number => Math.min(1, Math.max(0, part));

/** Where a mark's label belongs at the right edge, or nowhere. */
export function heightOf(mark: Mark, place: (point: Point) => Point): number | undefined {
  if (mark.as === "band") {
    const last = mark.parts.at(-1);
    if (last === undefined) return undefined;
    const [low, high] = [place([last.x, last.low]), place([last.x, last.high])];
    return clamp((clamp(low[1]) + clamp(high[1])) / 2);
  }
  if (!("points" in mark)) return undefined;
  return shown(mark.points, place).at(-1)?.[1];
}

export type Beside = { readonly mark: Mark; readonly label: string; readonly at: number };

/** The labels of a panel from above down, none nearer to the next than `apart`; all within 0 and `room`. */
export function labels(panel: Panel, place: (point: Point) => Point, room: number, apart: number): Beside[] {
  const wanted = panel.marks.flatMap((mark): Beside[] => {
    const height = mark.label === undefined ? undefined : heightOf(mark, place);
    return height === undefined ? [] : [{ mark, label: mark.label!, at: room * (1 - height) }];
  });
  const sorted = wanted.sort((a, b) => a.at - b.at);
  const downwards: Beside[] = [];
  for (const one of sorted)
    downwards.push({ ...one, at: Math.max(one.at, (downwards.at(-1)?.at ?? -Infinity) + apart) });
  const placed: Beside[] = [];
  for (const one of downwards.reverse())
    placed.unshift({ ...one, at: Math.min(one.at, placed[0] === undefined ? room : placed[0].at - apart) });
  return placed;
}

/** The named places of an axis that have room beside each other, the first ones first. */
export function uncrowded<T>(all: readonly T[], span: (one: T) => readonly [number, number]): T[] {
  let end = -Infinity;
  return all.filter((one) => {
    const [from, to] = span(one);
    if (from < end) return false;
    end = to;
    return true;
  });
}
