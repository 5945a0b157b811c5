import { expect, test } from "vitest";
import { begun, id, reading } from "../testing/lines.ts";
import { gitBisectLog } from "./git-log.ts";
import { replay } from "./replay.ts";

const none = { chances: [], parents: [], subjects: new Map<string, string>() };

test("each measured commit stands with the state that the verdict gives it, its readings beside it", () => {
  const state = replay([
    begun(5),
    reading(0, 10),
    reading(5, 20),
    reading(3, 19),
    reading(2, 12),
    reading(3, 21),
  ]);
  const effect = { mean: 10, low: 9, high: 11 };
  const outcome = { is: "found", commits: [id(3)], probability: 0.99, effect } as const;

  const log = gitBisectLog(state, { ...none, outcome, parents: [id(2)] });

  expect(log.split("\n").filter((line) => !line.startsWith("#"))).toEqual([
    "git bisect start '--term-old' 'broken' '--term-new' 'fixed'",
    `git bisect broken ${id(0)}`,
    `git bisect broken ${id(2)}`,
    `git bisect fixed ${id(5)}`,
    `git bisect fixed ${id(3)}`,
    "",
  ]);
  expect(log).toContain("# read 19 21");
});

test("the first new commit is told last, since git keeps only one, whenever it was read", () => {
  const state = replay([
    begun(5),
    reading(0, 10),
    reading(5, 20),
    reading(3, 19),
    reading(4, 21),
    reading(2, 12),
  ]);
  const outcome = {
    is: "found",
    commits: [id(3)],
    probability: 0.99,
    effect: { mean: 9, low: 8, high: 10 },
  } as const;

  const log = gitBisectLog(state, { ...none, outcome, parents: [id(2)] });

  const news = log.split("\n").filter((line) => line.startsWith("git bisect fixed"));
  expect(news).toEqual([5, 4, 3].map((at) => `git bisect fixed ${id(at)}`));
});

test("while nothing is settled, only what is probable enough is said", () => {
  const state = replay([
    begun(4),
    reading(0, 10),
    reading(4, 20),
    reading(1, 10),
    reading(2, 15),
    reading(3, 20),
  ]);

  const log = gitBisectLog(state, { ...none, chances: [0.001, 0.5, 0.498, 0.001] });

  expect(log).toContain(`git bisect broken ${id(1)}`);
  expect(log).toContain(`# open: [${id(2)}]`);
  expect(log).toContain(`git bisect fixed ${id(3)}`);
});
