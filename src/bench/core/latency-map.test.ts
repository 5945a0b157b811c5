import { expect, test } from "vitest";
import { must } from "../../base/read.ts";
import { COARSE_BINS, coarseBin, edgeOf, readHistogramLog } from "./fio-histograms.ts";
import { latencyMap, MOST_COLUMNS } from "./latency-map.ts";

const line = (endMs: number, bins: Record<number, number>) =>
  `${endMs}, 0, 4096, ${Array.from({ length: COARSE_BINS }, (_, bin) => bins[bin] ?? 0).join(", ")}\n`;
const done = (ms: number, bins: { ns: number; count: number }[]) => ({
  ...{ way: "read" as const, ms, bytes: 0, meanNs: 0, bins },
  requests: bins.reduce((sum, { count }) => sum + count, 0),
});

test("a bin holds the latencies from its edge to the next one's, as fio counts them", () => {
  for (let bin = 0; bin < COARSE_BINS - 1; bin += 1) {
    expect(coarseBin(edgeOf(bin))).toBe(bin);
    expect(coarseBin(edgeOf(bin + 1) - 1)).toBe(bin);
  }
  expect(coarseBin(1656)).toBe(44); // fio 3.33 put its two requests of 1656 ns there
});

test("two processes stand on one grid, and what fio's last window had is reckoned from its bins", () => {
  const first = must(readHistogramLog(line(557, { 44: 2 }) + line(1003, { 44: 1, 46: 3 })));
  const second = must(readHistogramLog(line(499, { 45: 7 })));

  const [map] = latencyMap(
    "read",
    [
      {
        histograms: first,
        done: done(1400, [
          { ns: edgeOf(44), count: 4 },
          { ns: edgeOf(46), count: 3 },
        ]),
      },
      { histograms: second, done: done(499, [{ ns: edgeOf(45), count: 7 }]) },
    ],
    500,
  );

  expect(map).toEqual({
    ...{ way: "read", stepMs: 500, edges: [44, 45, 46, 47].map(edgeOf) },
    columns: [
      [2, 7, 0],
      [1, 0, 3],
      [1, 0, 0],
    ],
  });
});

test("a long run has as many columns as a picture shows; one without histograms has no map", () => {
  const long = Array.from({ length: 1800 }, (_, at) => line(500 * (at + 1), { 90: 1 })).join("");
  const whole = done(900_000, [{ ns: edgeOf(90), count: 1800 }]);

  const [map] = latencyMap("read", [{ histograms: must(readHistogramLog(long)), done: whole }], 500);

  expect(map!.columns).toEqual(Array.from({ length: MOST_COLUMNS }, () => [15]));
  expect(latencyMap("read", [{ histograms: [], done: whole }], 500)).toEqual([]);
});

test("what is no histogram, or a coarser one, has the line that says so", () => {
  expect(readHistogramLog(`${line(500, {})}499, 1, 0, 0, 0\n`)).toMatchObject({ ok: false, at: 2 });
  expect(readHistogramLog("<html>\n")).toMatchObject({ ok: false, at: 1 });
});
