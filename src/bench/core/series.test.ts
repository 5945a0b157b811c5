import fc from "fast-check";
import { expect, test } from "vitest";
import { lastQuarter, percentile, secondsTo90 } from "./metrics.ts";
import { meanOf, onGrid, stretchesOf, sumOf, withLastWindow } from "./series.ts";

const rates = (...ends: [number, number][]) =>
  stretchesOf(
    ends.map(([endMs, value]) => ({ endMs, value, way: "read" as const })),
    "read",
  );

test("windows that end late are put back on the grid", () => {
  const grid = onGrid(rates([750, 100], [1000, 40]), 500);

  expect(grid).toEqual([100, 70]);
});

test("however windows fall, the grid holds as many requests as they did", () => {
  const windows = fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 0, max: 99_999 })), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(windows, (steps) => {
      let end = 0;
      const ends = steps.map(([step, value]): [number, number] => {
        end += step;
        return [end, value];
      });
      const all = rates(...ends);
      const whole = { fromMs: end, toMs: Math.ceil(end / 100) * 100, value: 0 }; // to a window's end
      const grid = onGrid(whole.toMs > end ? [...all, whole] : all, 100);
      const before = all.reduce((sum, one) => sum + one.value * (one.toMs - one.fromMs), 0);
      const after = grid.reduce<number>((sum, value) => sum + (value ?? 0) * 100, 0);
      expect(after).toBeCloseTo(before, 3);
    }),
    { seed: 20261129 },
  );
});

test("the last window that fio dropped holds the requests that no line tells of", () => {
  const whole = withLastWindow(rates([500, 100], [1000, 100]), { requests: 120, ms: 1250 });

  expect(whole.at(-1)).toEqual({ fromMs: 1000, toMs: 1250, value: 80 });
});

test("a process that has ended adds nothing, and a window of a few milliseconds is not told", () => {
  const long = onGrid(rates([500, 10], [1000, 10], [1003, 900]), 500);
  const short = onGrid(rates([500, 5]), 500);

  expect(sumOf([long, short])).toEqual([15, 10]);
});

test("a mean over processes weighs them, and nothing done is no mean", () => {
  expect(meanOf([[100, 50], [200]], [[3, 0], [1]])).toEqual([125]);
  expect(meanOf([[100, null, 7]], [[1, 1, 1]])).toEqual([100, null, 7]);
});

test("the climb ends where the middle one of three windows is at nine tenths of the last quarter", () => {
  const climbing = [10, 95, 20, 60, 91, 95, 99, 100, 100, 100, 100, 100];

  expect(lastQuarter(climbing)).toBe(100);
  expect(secondsTo90(climbing, 500)).toBe(1.5); // the lone 95 is no plateau
  expect(lastQuarter([1, 2, 3])).toBeUndefined();
  expect(secondsTo90([1, 2, 3], 500)).toBeUndefined();
});

test("a percentile is the first bin at which so many are done", () => {
  const bins = [
    { ns: 10, count: 50 },
    { ns: 20, count: 49 },
    { ns: 900, count: 1 },
  ];

  expect([50, 99, 99.9].map((percent) => percentile(bins, percent))).toEqual([10, 20, 900]);
  expect(percentile([], 50)).toBeUndefined();
});
