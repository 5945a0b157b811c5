import { expect, test } from "vitest";
import { compare } from "./compare.ts";
import { doubledRanks, rankTest, rankTestExactly, rankTestNearly } from "./ranks.ts";
import { cutOffExactly, cutOffNearly, shiftBetween } from "./shift.ts";

// Hollander and Wolfe (1973), page 69: the example of R's help page of wilcox.test.
const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
const weeks = [1.15, 0.88, 0.9, 0.74, 1.21];

test("the rank test gives R's exact chance for the example of its help page", () => {
  expect(rankTest(term, weeks)).toBeCloseTo(2 * 0.1272, 3);
});

test("the shift and its interval are those of R for the same example", () => {
  const shift = shiftBetween(term, weeks, 0.05);

  expect(shift.middle).toBeCloseTo(-0.305, 9);
  expect(shift.low).toBeCloseTo(-0.76, 9);
  expect(shift.high).toBeCloseTo(0.15, 9);
});

test("with ties the chance is that of Mann and Whitney's pairs, a tie half a pair, over all labellings", () => {
  const cases = [
    [
      [1, 2, 2],
      [2, 3, 3],
    ],
    [
      [1, 1, 4, 4],
      [2, 2, 2, 3, 5],
    ],
    [
      [1, 5, 5],
      [2, 2, 2, 2, 5],
    ],
    [
      [3, 3, 3, 9],
      [1, 3, 9, 9, 9],
    ],
  ] as const;

  for (const [a, b] of cases) expect(rankTest(a, b)).toBeCloseTo(byAllLabellings(a, b), 12);
});

test("readings beyond the margin are different, within it the same, and too few cannot tell", () => {
  const a = [100, 101, 99, 100.5, 99.5];

  const verdict = (factor: number, count = 5) =>
    compare(
      a.slice(0, count),
      a.slice(0, count).map((value) => value * factor),
      0.05,
    )?.is;

  expect([verdict(1.2), verdict(0.8), verdict(1.001), verdict(1.05)]).toEqual([
    "different",
    "different",
    "same",
    "cannot tell",
  ]);
  expect(verdict(1.2, 3)).toBe("cannot tell");
});

test("a metric whose level is nothing, or that was never read, has no fraction to compare by", () => {
  expect(compare([0, 0], [1, 2], 0.05)).toBeUndefined();
  expect(compare([], [1], 0.05)).toBeUndefined();
});

test("the interval misses the true shift in at most 5 % of 2000 seeded trials", () => {
  const seed = 7;
  const normal = gaussian(seed);
  let missed = 0;
  for (let trial = 0; trial < 2000; trial += 1) {
    const a = Array.from({ length: 6 }, normal);
    const b = Array.from({ length: 5 }, () => normal() + 1);
    const { low, high } = shiftBetween(a, b, 0.05);
    if (low > 1 || high < 1) missed += 1;
  }

  // three standard errors of a share of 5 % in 2000 are 1.5 points
  expect(missed / 2000, `seed ${seed}`).toBeLessThan(0.065);
  expect(missed, `seed ${seed}: an interval that never misses is too wide`).toBeGreaterThan(0);
});

test("the normal curve leaves off no more differences than the exact counts do, and at most three fewer", () => {
  for (const n of [1, 2, 3, 4, 5, 7, 10, 20, 30])
    for (const m of [n, 2 * n, 50, 80]) {
      const fewer = cutOffExactly(n, m, 0.025) - cutOffNearly(n, m, 0.025);
      expect({ n, m, isNear: fewer >= 0 && fewer <= 3 }).toEqual({ n, m, isNear: true });
    }
});

test("the chance by the normal curve is the exact one within a tenth, with ties and without", () => {
  const seed = 11;
  const normal = gaussian(seed);
  for (const grain of [1e-9, 0.5])
    for (const moved of [0, 0.2, 0.4]) {
      const values = Array.from({ length: 100 }, (_, at) => normal() + (at < 40 ? 0 : moved));
      const ranks = doubledRanks(values.map((value) => grain * Math.round(value / grain)));
      const exact = rankTestExactly(ranks, 40);
      expect(Math.abs(rankTestNearly(ranks, 40) / exact - 1), `seed ${seed}, ${grain}`).toBeLessThan(0.1);
    }
});

test("a shift as large as the smallest that can be told is told in about 80 % of seeded comparisons", () => {
  const seed = 13;
  const normal = gaussian(seed);
  const heavy = () => normal() / Math.sqrt((normal() ** 2 + normal() ** 2 + normal() ** 2) / 3); // Student's t3
  for (const [noise, n, m] of [
    [normal, 4, 4],
    [normal, 6, 5],
    [normal, 6, 20],
    [normal, 12, 12],
    [heavy, 8, 8],
  ] as const) {
    const set = (count: number, level: number) => Array.from({ length: count }, () => level + noise());
    const trials = Array.from({ length: 600 }, () => compare(set(n, 100), set(m, 100), 0.03)!.detectable!);
    const mean = (of: (one: (typeof trials)[0]) => number) =>
      trials.reduce((sum, one) => sum + of(one), 0) / trials.length;
    const [least, beyond] = [mean((one) => one.fromNone), mean((one) => one.beyondMargin)];

    const told = (factor: number, within: number) =>
      trials.filter(() => compare(set(n, 100), set(m, 100 * (1 + factor)), within)!.is === "different")
        .length;

    // three standard errors of 80 % in 600 are 5 points, and the formula is for large sets
    const about = { low: 0.72 * trials.length, high: 0.88 * trials.length };
    for (const times of [told(least, 0), told(beyond, 0.03)]) {
      expect(times, `seed ${seed}, ${n} and ${m}`).toBeGreaterThan(about.low);
      expect(times, `seed ${seed}, ${n} and ${m}`).toBeLessThan(about.high);
    }
  }
});

test("of readings that have no interval no difference is the smallest, of those that do not spread any is", () => {
  const alike = [100, 100, 100, 100];

  expect(compare([1, 2, 3], [1, 2, 3], 0.05)?.detectable).toBeUndefined();
  expect(compare(alike, alike, 0.05)?.detectable).toEqual({ fromNone: 0, beyondMargin: 0.05 });
});

test("hundreds of readings a side are compared too", () => {
  const normal = gaussian(3);
  const set = (level: number) => Array.from({ length: 400 }, () => level + normal());

  const found = compare(set(100), set(110), 0.05)!;
  expect(found.is).toBe("different");
  expect(found.chance).toBeLessThan(1e-9);
  expect(compare(set(100), set(100), 0.05)?.is).toBe("same");
});

/** Mulberry32 through Box and Muller. */
function gaussian(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

function byAllLabellings(a: readonly number[], b: readonly number[]): number {
  const all = [...a, ...b];
  const masks = Array.from({ length: 2 ** all.length }, (_, mask) => mask);
  const won = masks
    .map((mask) => all.map((_, at) => (mask >> at) % 2 === 1))
    .filter((mine) => mine.filter(Boolean).length === a.length)
    .map((mine) => pairsWon(all, mine));
  const seen = pairsWon(
    all,
    all.map((_, at) => at < a.length),
  );
  const tail = Math.min(won.filter((u) => u <= seen).length, won.filter((u) => u >= seen).length);
  return Math.min(1, (2 * tail) / won.length);
}

function pairsWon(all: readonly number[], mine: readonly boolean[]): number {
  const ours = all.filter((_, at) => mine[at]);
  const theirs = all.filter((_, at) => !mine[at]);
  return ours
    .flatMap((x) => theirs.map((y) => (Math.sign(x - y) + 1) / 2))
    .reduce((sum, won) => sum + won, 0);
}
