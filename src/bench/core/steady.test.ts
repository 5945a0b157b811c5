import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { diceFrom } from "../../../test/support/dice.ts";
import { changePoints } from "./change-points.ts";
import { steadiness } from "./steady.ts";

const SEED = 20261129;

/** Bell-shaped enough, with a deviation of 1: three throws. */
function noiseFrom(seed: number): () => number {
  const dice = diceFrom(seed);
  return () => 2 * (dice(1e6) / 1e6 + dice(1e6) / 1e6 + dice(1e6) / 1e6 - 1.5);
}
const series = (values: readonly (number | null)[], stepMs = 500) => ({
  name: "read-iops",
  unit: "iops" as const,
  startMs: 0,
  stepMs,
  values,
});
/** 15 min of 500 ms windows. */
const shaped = (level: (second: number) => number, part = 0.1, seed = SEED) => {
  const noise = noiseFrom(seed);
  return series(Array.from({ length: 1800 }, (_, at) => level(at / 2) * (1 + part * noise())));
};

test("a level with noise is steady from its beginning, and its mean is the level", () => {
  for (let seed = SEED; seed < SEED + 50; seed += 1) {
    const found = steadiness(shaped(() => 5000, 0.3, seed));

    expect(found, `seed ${seed}`).toMatchObject({ is: "steady", fromSecond: 0 });
    expect(found.is === "steady" && Math.abs(found.mean - 5000), `seed ${seed}`).toBeLessThan(200);
  }
});

test("a warm-up that ends is left out, and the mean is that of what follows", () => {
  const found = steadiness(shaped((second) => (second < 120 ? 900 : 5000)));

  expect(found).toMatchObject({ is: "steady" });
  if (found.is !== "steady") return;
  expect(Math.abs(found.fromSecond - 120)).toBeLessThanOrEqual(1);
  expect(Math.abs(found.mean - 5000)).toBeLessThan(50);
});

test("a cache that fills by and by is steady from when little is left to win", () => {
  const found = steadiness(shaped((second) => 5000 * (1 - 0.8 * Math.exp(-second / 60))));

  expect(found.is).toBe("steady");
  if (found.is !== "steady") return;
  expect(found.fromSecond).toBeGreaterThan(60);
  expect(found.fromSecond).toBeLessThan(400);
  expect(Math.abs(found.mean - 5000)).toBeLessThan(250);
});

test("what climbs or falls all the time is not steady, and how much is said", () => {
  const climbs = steadiness(shaped((second) => 1000 + 5 * second));
  const falls = steadiness(shaped((second) => 5000 - 2.5 * second, 0.02));

  expect(climbs).toMatchObject({ why: expect.stringMatching(/its level changes still/) });
  expect(falls).toMatchObject({ why: expect.stringMatching(/falls by|lie [\d.]+ % of their mean apart/) });
});

test("a level that changes shortly before the end is not steady", () => {
  const found = steadiness(shaped((second) => (second < 800 ? 5000 : 1000)));

  expect(found).toMatchObject({ is: "not-steady" });
  expect(found.is === "not-steady" && found.why).toMatch(
    /its level changes still, and what follows 800 s is too short/,
  );
});

test("the bounds are those of SNIA: a range of 20 %, a slope of 10 %", () => {
  const fifths = (...levels: number[]) => series(levels.flatMap((level) => [level, level]));

  expect(steadiness(fifths(100, 110, 91, 109, 100))).toMatchObject({ is: "steady" });
  expect(steadiness(fifths(100, 112, 89, 109, 100))).toMatchObject({
    why: expect.stringContaining("windows lie 22.5 % of their mean apart (20 % may)"),
  });
  expect(steadiness(fifths(95.5, 97.5, 100, 102.5, 104.5))).toMatchObject({ is: "steady" });
  expect(steadiness(fifths(94, 97, 100, 103, 106))).toMatchObject({
    why: expect.stringContaining("it climbs by 12 % (10 % may)"),
  });
});

test("what did nothing, and what is too short, is not steady", () => {
  expect(steadiness(series(Array(100).fill(null)))).toMatchObject({ why: "nothing was done" });
  expect(steadiness(series([1, 2, 3]))).toMatchObject({ is: "not-steady" });
  expect(steadiness(series([]))).toMatchObject({ is: "not-steady" });
});

test("noise alone has a change of level in at most one series of a hundred", () => {
  let seen = 0;
  for (let seed = SEED; seed < SEED + 100; seed += 1) {
    if (changePoints(shaped(() => 100, 0.2, seed).values as number[]).length > 0) seen += 1;
  }

  expect(seen, `of 100 from seed ${SEED}`).toBeLessThan(2);
});

test("a step of twice the noise is found within a few windows of where it is", () => {
  for (let seed = SEED; seed < SEED + 50; seed += 1) {
    const values = shaped((second) => (second < 300 ? 100 : 120), 0.1, seed).values as number[];

    const found = changePoints(values);

    expect(found, `seed ${seed}`).toHaveLength(1);
    expect(Math.abs(found[0]! - 600), `seed ${seed}`).toBeLessThan(10);
  }
});

test("of a real fio log whose rate changed after 12 s, what follows is steady", () => {
  const path = new URL("../../../captures/bench/fio-two-levels_iops.log", import.meta.url);
  const lines = readFileSync(path, "utf8").trim().split("\n");
  const values = lines.map((line) => Number(line.split(",")[1]));

  const found = steadiness(series(values));

  expect(found).toMatchObject({ is: "steady", mean: expect.closeTo(900, -1.5) });
  expect(found.is === "steady" && Math.abs(found.fromSecond - 12)).toBeLessThanOrEqual(1);
  expect(steadiness(series(values.slice(0, 40)))).toMatchObject({ is: "steady" });
  expect(steadiness(series(values.slice(0, 30)))).toMatchObject({ is: "not-steady" });
});
