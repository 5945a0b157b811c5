import { expect, test } from "vitest";
import { loess } from "./loess.ts";
import type { Point } from "./picture.ts";

// R's data set `cars`, from M. Ezekiel (1930): speed in mph and stopping distance in feet
const SPEED = [
  ...[
    4, 4, 7, 7, 8, 9, 10, 10, 10, 11, 11, 12, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 14, 15, 15, 15, 16, 16,
  ],
  ...[17, 17, 17, 18, 18, 18, 18, 19, 19, 19, 20, 20, 20, 20, 20, 22, 23, 24, 24, 24, 24, 25],
];
const DISTANCE = [
  ...[
    2, 10, 4, 22, 16, 10, 18, 26, 34, 17, 28, 14, 20, 24, 28, 26, 34, 34, 46, 26, 36, 60, 80, 20, 26, 54, 32,
  ],
  ...[40, 32, 40, 50, 42, 56, 76, 84, 36, 46, 68, 32, 48, 52, 56, 64, 66, 54, 70, 92, 93, 120, 85],
];
const cars = SPEED.map((x, at): Point => [x, DISTANCE[at]!]);

test("it is what R's lowess(cars) gives", () => {
  const fits = loess(cars, { span: 2 / 3, robust: 3 });

  const theirs: Point[] = [
    ...([
      [4, 4.965459],
      [7, 13.124495],
      [8, 15.858633],
      [9, 18.579691],
      [10, 21.280313],
    ] as const),
    ...([
      [11, 24.129277],
      [12, 27.119549],
      [13, 30.027276],
      [14, 32.962506],
      [15, 36.757728],
    ] as const),
    ...([
      [16, 40.435075],
      [17, 43.463492],
      [18, 46.885479],
      [19, 50.793152],
      [20, 56.491224],
    ] as const),
    ...([
      [22, 67.585824],
      [23, 73.079695],
      [24, 78.643164],
      [25, 84.328698],
    ] as const),
  ];
  expect(fits.map(([x]) => x)).toEqual(theirs.map(([x]) => x));
  for (const [at, [, y]] of fits.entries()) expect(y).toBeCloseTo(theirs[at]![1], 5);
});

test("one wild reading in twenty moves a robust fit of a line by little, a plain one by much", () => {
  const points = Array.from({ length: 2000 }, (_, x): Point => [x, x % 20 === 7 ? 100_000 : 2 * x + (x % 3)]);
  const furthest = (robust: number) =>
    Math.max(...loess(points, { span: 0.3, robust }).map(([x, y]) => Math.abs(y - 2 * x - 1)));

  expect(furthest(2)).toBeLessThan(20);
  expect(furthest(0)).toBeGreaterThan(1000);
});

test("many readings at one moment, and too few for a line, are no trouble", () => {
  const heaped = Array.from({ length: 100 }, (_, at): Point => [at < 90 ? 5 : at, at % 10]);

  expect(loess(heaped).every(([x, y]) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  expect([
    loess([]),
    loess([[2, 1]]),
    loess([
      [2, 1],
      [1, 1],
    ]),
  ]).toEqual([
    [],
    [[2, 1]],
    [
      [1, 1],
      [2, 1],
    ],
  ]);
});
