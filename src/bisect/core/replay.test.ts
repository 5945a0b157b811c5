import { expect, test } from "vitest";
import { begun, id, reading, SETTINGS } from "../testing/lines.ts";
import { plainEngine } from "../testing/plain-engine.ts";
import type { Line } from "./journal.ts";
import { moveOf, replay } from "./replay.ts";

const ends = (old: number, newest: number, last: number): Line[] =>
  [0, 1, 2].flatMap((at) => [reading(0, old + at / 10), reading(last, newest + at / 10)]);
const move = (lines: readonly Line[]) => moveOf(replay(lines), plainEngine);

test("the same journal gives the same move, whatever was decided before", () => {
  const lines = [begun(9), ...ends(10, 20, 9), reading(5, 10.1)];

  expect(move(lines)).toEqual(move(structuredClone(lines)));
  expect(move(lines)).toMatchObject({ do: "read", commit: id(7) });
});

test("trouble changes nothing of what is known", () => {
  const lines = [begun(9), ...ends(10, 20, 9)];
  const trouble: Line = {
    is: "trouble",
    at: 1,
    by: "ada",
    commit: id(5),
    machine: "here",
    because: "disk full",
  };

  expect(move([...lines, trouble])).toEqual(move(lines));
});

test("a commit that was skipped is not asked for again", () => {
  const skipped: Line = { is: "skipped", at: 1, by: "ada", commit: id(4), because: "no network" };

  expect(move([begun(9), ...ends(10, 20, 9)])).toMatchObject({ commit: id(4) });
  expect(move([begun(9), ...ends(10, 20, 9), skipped])).toMatchObject({ commit: id(5) });
});

test.each([{ runs: 6 }, { ms: 6000 }])("when the budget %o is used up, what is left is told", (budget) => {
  const lines = [begun(9, { budget }), ...ends(10, 20, 9)];

  expect(move(lines)).toMatchObject({ do: "end", outcome: { is: "unsettled", because: "budget" } });
});

/** Commits 1 to 4, of which 3 is a merge. */
const withMerge = (): Line => {
  const first = begun(4, { walk: "stages" });
  if (first.is !== "begun") throw new Error("begun");
  return { ...first, stage: { ...first.stage, merges: [2] } };
};
const found3 = [...ends(10, 20, 4), reading(2, 10), reading(3, 20), reading(2, 10), reading(3, 20)];

test("a guilty merge is looked into with readings of its own, and the two stages together err no more than was asked", () => {
  const inside: Line = {
    ...{ is: "stage", at: 1, by: "ada", sure: 0.99 },
    stage: { ids: [id(50), id(51)], parents: [[], [0]], empty: [], merges: [], old: id(1), inside: id(3) },
  };
  const outer = [withMerge(), reading(1, 10), ...found3];
  const inner = [
    inside,
    reading(1, 12),
    reading(1, 12.1),
    reading(1, 12),
    ...[22, 22, 22.1].map((y) => reading(51, y)),
  ];

  expect(move(outer)).toMatchObject({ do: "look-inside", merge: id(3) });
  expect(move([...outer, inside])).toMatchObject({ do: "read", commit: id(1) });
  const end = move([...outer, ...inner, reading(50, 12), reading(50, 12)]);
  expect(end).toMatchObject({ do: "end", outcome: { is: "found", commits: [id(51)] } });
  expect(end.do === "end" && end.outcome.is === "found" && end.outcome.probability).toBeLessThanOrEqual(0.99);
});

test("the whole graph at once is searched in one stage", () => {
  const lines = [withMerge(), ...found3].map((line) =>
    line.is === "begun" ? { ...line, settings: { ...SETTINGS, walk: "whole" as const } } : line,
  );

  expect(move(lines)).toMatchObject({ do: "end", outcome: { commits: [id(3)] } });
});

test("what was found beside a merge is still told when the change in it has been found", () => {
  const also = { after: id(1), upTo: id(2), commits: [id(2)], probability: 0.99, effect: SIZE, share: SIZE };
  const inside: Line = {
    ...{ is: "stage", at: 1, by: "ada", sure: 0.99, beside: { share: SIZE, also: [also] } },
    stage: { ids: [], parents: [], empty: [], merges: [], old: id(1), inside: id(3) },
  };

  const end = move([withMerge(), ...found3, inside]);

  expect(end).toMatchObject({ do: "end", outcome: { commits: [id(3)], share: SIZE, also: [also] } });
});
const SIZE = { mean: 0.5, low: 0.4, high: 0.6 };
