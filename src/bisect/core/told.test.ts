import { expect, test } from "vitest";
import { begun, id, reading } from "../testing/lines.ts";
import { plainEngine } from "../testing/plain-engine.ts";
import { moveOf, replay } from "./replay.ts";
import { outlookWords, standing, toGo, toGoWords, verdictWords } from "./told.ts";

const effect = { mean: 120.25, low: 100, high: 140.5 };
const share = { mean: 0.6, low: 0.5, high: 0.7 };
const terms = { terms: { old: "broken", new: "fixed" }, error: 0.01 };

test.each([
  [
    { is: "found", commits: [id(3)], probability: 0.9931, effect },
    /^0{12} is the first fixed commit: 99\.3 %\. It changed the reading by 120\.3 \(95 %: 100 to 140\.5\)\.$/,
  ],
  [
    { is: "found", commits: [id(3), id(4)], probability: 0.99, effect },
    /^One of .* nothing that builds tells them apart/,
  ],
  [
    {
      is: "found",
      ...{ commits: [id(3)], probability: 0.99, effect, share },
      also: [{ commits: [id(5)], after: id(4), upTo: id(5), probability: 0.992, effect, share }],
      others: { least: 30, probability: 0.004 },
    },
    /60 % \(95 %: 50 to 70\) of the whole; it is not the only change\. 0{12} changed it too, .*99\.2 %\. That there is a further change of 30 or more: 0\.4 %/,
  ],
  [{ is: "not-reproduced", effect, noise: 3 }, /Not reproduced: the two ends read alike/],
  [
    { is: "unsettled", because: "budget", left: [], probability: 0.9, runsToSettle: 12.2, effect },
    /budget is used up.* about 13 more runs/,
  ],
] as const)("a verdict is told with its probability and its interval: %o", (outcome, words) => {
  expect(verdictWords(outcome, terms).join(" ")).toMatch(words);
});

test("while it goes on, the next commit and the likely ones are told", () => {
  const lines = [
    begun(9),
    ...[0, 1, 2].flatMap((at) => [reading(0, 10 + at / 9), reading(9, 20 + at / 9)]),
    reading(5, 10),
  ];
  const state = replay(lines);

  const told = standing(state, moveOf(state, plainEngine), new Map([[id(7), "the seventh"]]));

  expect(told).toMatchObject({ candidates: 9, readings: 7, outcome: null, next: { commit: id(7) } });
  expect(told.likely.map(({ commit }) => commit).sort()).toEqual([6, 7, 8, 9].map(id));
});

test("what is still to come is told with its interval, in time too where runs and builds take any", () => {
  const lines = [begun(9, { build: "make" }), reading(0, 10, { tookMs: 60_000 })];
  const built = {
    is: "built",
    at: 1,
    by: "ada",
    commit: id(3),
    build: "1",
    machine: "here",
    tookMs: 600_000,
  };
  const state = replay([...lines, built as (typeof lines)[0]]);
  const forecast = { readings: { low: 2, likely: 10, high: 30 }, builds: 3 };

  const ahead = toGo(state, { do: "wait", chances: [], forecast });

  expect(ahead?.ms).toEqual({ low: 22 * 60_000, likely: 40 * 60_000, high: 60 * 60_000 });
  expect(toGoWords(ahead!)).toMatch(/^10 to go \(2 to 30\), 40 min \(22 min to /);
  expect(outlookWords(1000, 0.01)).toMatch(/^1000 commits take about 20 readings if the change is 4 times/);
});
