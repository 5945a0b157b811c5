import { expect, test } from "vitest";
import { type Evidence, OLD_END, type Reading, type Search, type Verdict } from "./engine.ts";
import { type History, historyOf, line } from "./history.ts";
import { decide } from "./next.ts";

const SEARCH: Search = {
  ...{ history: line(100), answers: "number", error: 0.01, offsets: "off", drift: "when-seen" },
  ...{ outliers: "clip", smallestEffect: 0.3, machines: ["here"] },
};
const EVIDENCE: Evidence = {
  ...{ readings: [], built: new Set(), refused: new Set(), deployed: new Map(), pending: [] },
  minutes: { run: 1, build: 0, deploy: 0 },
};

/** mulberry32: the same numbers on every machine. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
const normal = (draw: () => number) => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());

type World = { value(commit: number): number; refused?: ReadonlySet<number> };

/** Reads what is asked for until there is a verdict. */
function searched(search: Search, world: World): { verdict: Verdict<number>; readings: readonly Reading[] } {
  const readings: Reading[] = [];
  const refused = new Set<number>();
  for (;;) {
    const { next } = decide(search, { ...EVIDENCE, readings, refused });
    if (next.do === "stop") return { verdict: next.verdict, readings };
    if (next.do === "wait") throw new Error("nothing is pending");
    if (world.refused?.has(next.commit)) refused.add(next.commit);
    else readings.push({ commit: next.commit, build: "1", machine: "here", value: world.value(next.commit) });
  }
}

const step = (culprit: number, effect: number, seed: number, noise = 1): World => {
  const draw = dice(seed);
  return { value: (commit) => noise * normal(draw) + (commit >= culprit ? effect : 0) };
};

test("a step of two deviations is found wherever it is, with a probability that is kept", () => {
  let wrong = 0;
  for (let culprit = 0; culprit < 100; culprit += 4) {
    const { verdict } = searched(SEARCH, step(culprit, 2, culprit + 1));

    expect(verdict).toMatchObject({ is: "found", probability: expect.any(Number) });
    if (verdict.is === "found" && verdict.commits[0] !== culprit) wrong += 1;
  }
  expect(wrong).toBeLessThanOrEqual(1); // of 25 at 1 %: two or more once in 40
});

test("ends that never vary and read the same are alike after the first readings; a bit of difference is a change", () => {
  const same = searched(SEARCH, { value: () => 7 });
  const counted = searched(SEARCH, { value: (commit) => (commit >= 40 ? 7_000_001 : 7_000_000) });

  expect(same).toMatchObject({
    verdict: { is: "not-reproduced", noise: 0, effect: { low: 0, high: 0 } },
    readings: { length: 4 },
  });
  expect(counted.verdict).toMatchObject({ is: "found", commits: [40] });
});

test("an end whose first readings were outliers is read again before it is named", () => {
  const steps = step(40, 2, 11);
  let ends = 0;
  const value = (commit: number) => {
    if (commit === 99) ends += 1;
    return steps.value(commit) + (commit === 99 && ends <= 2 ? 10 : 0);
  };

  expect(searched(SEARCH, { value }).verdict).toMatchObject({ is: "found", commits: [40] });
  expect(ends).toBeGreaterThanOrEqual(5);
});

test("the same evidence gives the same decision, also when classes of an earlier one are handed in", () => {
  const { readings } = searched(SEARCH, step(40, 2, 7));
  const early = decide(SEARCH, { ...EVIDENCE, readings: readings.slice(0, 8) });
  const evidence = { ...EVIDENCE, readings: readings.slice(0, 12) };

  expect(decide(SEARCH, evidence, early.belief.classes).next).toEqual(decide(SEARCH, evidence).next);
});

test("ends that are alike are no bisection: not reproduced, with how large the effect may still be", () => {
  const { verdict } = searched({ ...SEARCH, mostRuns: 1000 }, step(50, 0, 3));

  expect(verdict).toMatchObject({ is: "not-reproduced" });
});

test("readings without any noise need no more than the ends twice and one of each commit on the way", () => {
  const { verdict, readings } = searched(SEARCH, step(37, 10, 1, 0));

  expect(verdict).toMatchObject({ is: "found", commits: [37] });
  expect(readings.length).toBeLessThanOrEqual(20);
});

test("of two changes both are named, each with its share of the whole", () => {
  const seeds = Array.from({ length: 12 }, (_, at) => at + 1);
  const alone = seeds.filter((seed) => {
    const draw = dice(seed);
    const value = (commit: number) => normal(draw) + (commit >= 30 ? 7 : 0) + (commit >= 70 ? 4 : 0);
    const { verdict } = searched({ ...SEARCH, error: 1e-4 }, { value });

    if (verdict.is !== "found") throw new Error(verdict.is);
    expect(verdict.commits).toEqual([30]);
    if (verdict.also === undefined) return true;
    expect(verdict.also).toMatchObject([{ commits: [70], after: 69, upTo: 70 }]);
    expect(verdict.share!.mean + verdict.also[0]!.share.mean).toBeCloseTo(1, 6);
    expect(Math.abs(verdict.share!.mean - 7 / 11)).toBeLessThan(0.2);
    return false;
  });

  expect(alone.length).toBeLessThanOrEqual(1); // of 100 it was 2 that told of the one alone
});

test("where every change is asked for, each is found, also one against the others, and no further one is left open", () => {
  for (const seed of [1, 2, 3, 4]) {
    const draw = dice(seed);
    const steps = [
      [20, 6],
      [50, -3],
      [80, 5],
    ] as const;
    const value = (commit: number) =>
      normal(draw) + steps.reduce((sum, [at, by]) => sum + (commit >= at ? by : 0), 0);
    const { verdict } = searched({ ...SEARCH, error: 1e-3, changes: "all" }, { value });

    if (verdict.is !== "found") throw new Error(verdict.is);
    const named = [verdict, ...verdict.also!].map(({ commits }) => commits);
    expect(named.toSorted()).toEqual([[20], [50], [80]]);
    expect(verdict.others!.probability).toBeLessThan(1e-3);
  }
});

test("a single change is told as the only one of its size when every change was asked for", () => {
  const { verdict, readings } = searched({ ...SEARCH, changes: "all" }, step(50, 8, 3));

  expect(verdict).toMatchObject({ is: "found", commits: [50], others: { least: expect.closeTo(2, 0) } });
  expect(verdict).not.toHaveProperty("also");
  expect(readings.length).toBeLessThan(60);
});

test("where a single step is no more than one change, none is told of beside it", () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const { verdict } = searched(SEARCH, step(50, 4, seed));

    expect(verdict).toMatchObject({ is: "found" });
    expect(verdict).not.toHaveProperty("also");
  }
});

test("a change of less than was said to count is none, and one of more is found", () => {
  const search = { ...SEARCH, smallestChange: 0.1 };
  const at100 = (effect: number) => {
    const draw = dice(2);
    return { value: (commit: number) => 100 + normal(draw) + (commit >= 60 ? effect : 0) };
  };

  const small = searched(search, at100(2));
  const large = searched(search, at100(20));

  expect(small.verdict).toMatchObject({ is: "not-reproduced", least: expect.closeTo(10, 0) });
  expect(large.verdict).toMatchObject({ is: "found", commits: [60] });
});

test("a budget that is used up gives the commits that are left, never a winner", () => {
  const { verdict } = searched({ ...SEARCH, mostRuns: 10 }, step(50, 1, 5));

  expect(verdict).toMatchObject({ is: "unsettled", because: "budget" });
  if (verdict.is === "unsettled") expect(verdict.left.length).toBeGreaterThan(1);
});

test("commits that only unbuildable ones divide are named together", () => {
  const refused = new Set([48, 49, 50, 51, 52]);
  const { verdict } = searched(SEARCH, { ...step(50, 4, 11), refused });

  expect(verdict).toMatchObject({ is: "found", commits: [48, 49, 50, 51, 52, 53] });
});

test("a flaky test is searched for by its failure rates", () => {
  const draw = dice(21);
  const world: World = { value: (commit) => (draw() < (commit >= 60 ? 0.7 : 0.05) ? 1 : 0) };
  const { verdict } = searched({ ...SEARCH, answers: "pass-fail" }, world);

  expect(verdict).toMatchObject({ is: "found", commits: [60] });
});

test("a test that neither end fails is not reproduced", () => {
  const { verdict } = searched({ ...SEARCH, answers: "pass-fail" }, { value: () => 0 });

  expect(verdict).toMatchObject({ is: "not-reproduced" });
});

test("a change on a side branch is found there, though the mainline goes by it", () => {
  // 0 - 1 - 2 ----- 7(merge of 2 and 6) - 8
  //      \- 3-4-5-6 -/
  const history: History = historyOf([[], [0], [1], [1], [3], [4], [5], [2, 6], [7]]);
  const draw = dice(4);
  const shows = new Set([5, 6, 7, 8]); // 5 is the culprit
  const world: World = { value: (commit) => normal(draw) + (shows.has(commit) ? 5 : 0) };
  const { verdict } = searched({ ...SEARCH, history }, world);

  expect(verdict).toMatchObject({ is: "found", commits: [5] });
});

test("machines that differ do not look like a change", () => {
  const draw = dice(9);
  const search: Search = { ...SEARCH, machines: ["a", "b"] };
  const readings: Reading[] = [];
  for (let turn = 0; turn < 400; turn += 1) {
    const machine = turn % 2 === 0 ? "a" : "b";
    const pending = machine === "a" ? [] : [{ commit: readings.at(-1)!.commit, machine: "a" }];
    const { next } = decide(search, { ...EVIDENCE, readings, pending });
    if (next.do === "stop") {
      expect(next.verdict).toMatchObject({ is: "found", commits: [70] });
      return;
    }
    if (next.do === "wait") continue;
    const value = normal(draw) + (next.commit >= 70 ? 3 : 0) + (machine === "b" ? 6 : 0);
    readings.push({ commit: next.commit, build: "1", machine, value });
  }
  throw new Error("no verdict after 400 turns");
});

test("a machine that gets slower while we measure is found out, and a reference is read in between", () => {
  const draw = dice(12);
  let drift = 0;
  const world: World = {
    value: (commit) => {
      drift += 0.4 * normal(draw);
      return drift + normal(draw) + (commit >= 30 ? 2 : 0);
    },
  };
  const { verdict, readings } = searched({ ...SEARCH, mostRuns: 2000 }, world);

  expect(verdict).toMatchObject({ is: "found", commits: [30] });
  expect(readings.filter(({ commit }) => commit === OLD_END).length).toBeGreaterThan(readings.length / 5);
});

test("the commits' probabilities add up to one, and one that changes nothing has none", () => {
  const prior = Array.from({ length: 100 }, (_, at) => (at === 10 ? 0 : 1));
  const { readings } = searched(SEARCH, step(40, 2, 7));
  const { belief } = decide({ ...SEARCH, prior }, { ...EVIDENCE, readings });
  const { chances } = belief;

  expect(chances.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
  expect(chances[10]).toBe(0);
});
