import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Point } from "./picture.ts";
import { bezier } from "./smooth.ts";

const captured = (name: string, between: string): Point[] =>
  readFileSync(join(import.meta.dirname, "../../../captures/plot", name), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(between).map(Number) as unknown as Point);

test("the Bézier curve is the one that gnuplot draws through the same points", () => {
  const theirs = captured("gnuplot-bezier.txt", " ");

  const ours = bezier(captured("fio_iops.1.log", ","), theirs.length);

  expect(ours).toHaveLength(60);
  for (const [at, [x, y]] of ours.entries())
    expect(Math.hypot(x / theirs[at]![0] - 1, y / theirs[at]![1] - 1)).toBeLessThan(1e-5); // six digits are printed
});

test("with thousands of points it is still the curve that halving finds, and never overflows", () => {
  const seed = 3;
  let state = seed;
  const points = Array.from({ length: 2000 }, (_, x): Point => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return [x, 1000 + (state % 5000)];
  });

  const ours = bezier(points, 5);

  for (const [at, [x, y]] of ours.entries()) {
    const [theirX, theirY] = deCasteljau(points, at / 4);
    expect(Math.abs(x - theirX) + Math.abs(y - theirY), `seed ${seed}`).toBeLessThan(1e-6);
  }
});

test("a straight line stays one, and nothing, one point and missing values are no trouble", () => {
  const line = Array.from({ length: 50 }, (_, x): Point => [x, 3 * x + 1]);

  for (const [x, y] of bezier(line)) expect(y).toBeCloseTo(3 * x + 1, 8);
  expect([bezier([]), bezier([[1, 2]]), bezier([[1, Number.NaN]])]).toEqual([[], [[1, 2]], []]);
});

function deCasteljau(points: readonly Point[], t: number): Point {
  const now = points.map(([x, y]): [number, number] => [x, y]);
  for (let left = now.length - 1; left > 0; left -= 1)
    for (let at = 0; at < left; at += 1) {
      const [a, b] = [now[at]!, now[at + 1]!];
      now[at] = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
    }
  return now[0]!;
}
