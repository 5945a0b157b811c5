import { expect, test } from "vitest";
import { historyOf } from "../../src/bisect/core/history.ts";
import { diceFrom } from "../../test/support/dice.ts";
import { mergedHistory } from "../../test/support/merged-history.ts";
import { session } from "./session.ts";
import type { World } from "./worlds.ts";

const parents = mergedHistory({ commits: 3000, merges: 760 }, diceFrom(1));
const history = historyOf(parents);

test("a generated history has as many commits and merges as was asked, and all of them lead to the newest", () => {
  const isParent = new Set(parents.flat());

  expect(parents.length).toBe(3000);
  expect(parents.filter((of) => of.length === 2).length).toBe(760);
  expect([...parents.keys()].filter((at) => !isParent.has(at))).toEqual([2999]);
  expect([...parents.keys()].filter((at) => parents[at]!.length === 0)).toEqual([0]);
});

test("among three thousand commits with merges the culprit is found though one answer in twenty is wrong", () => {
  const world: World = {
    ...{ row: "", effect: 1, flips: 0.05 },
    search: { history, answers: "pass-fail", error: 1e-4, levels: { old: 0.05, new: 0.95, noise: 1 } },
  };

  const all = [1, 2, 3, 4, 5].map((seed) => session(world, seed));

  expect(all.map(({ is }) => is)).toEqual(["right", "right", "right", "right", "right"]); // one in 2,000 fails
  expect(all.reduce((sum, { readings }) => sum + readings, 0) / 5).toBeLessThan(40);
});
