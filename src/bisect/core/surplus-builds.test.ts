import { expect, test } from "vitest";
import { begun, id } from "../testing/lines.ts";
import type { Line } from "./journal.ts";
import { replay } from "./replay.ts";
import { surplusBuilds } from "./surplus-builds.ts";

const built = (commit: number): Line => ({
  ...{ is: "built", at: 1, by: "ada", build: "1", machine: "here", tookMs: 1000 },
  commit: id(commit),
});
const state = replay([begun(10), ...[0, 2, 4, 5, 8, 10].map(built)]);
/** The change is at commit 4, 5 or 6: 5 parts them best, 4 next, 2 and 8 tell nothing any more. */
const chances = [0, 0, 0, 0.3, 0.4, 0.3, 0, 0, 0, 0];
const removed = (keep: number, busy: readonly string[] = []) =>
  surplusBuilds(state, chances, { keep, busy }).map(({ commit }) => Number.parseInt(commit, 16));

test("while there is room nothing is removed", () => {
  expect(removed(7)).toEqual([]);
});

test("what tells nothing any more goes first, and room is made for one more build", () => {
  expect(removed(5)).toEqual([2, 8]);
});

test("the ends and what is being measured stay, however few may be kept", () => {
  expect(removed(1, [id(5)])).toEqual([2, 8, 4]);
});

test("builds from outside of the commits in question go before all others", () => {
  const inside: Line = {
    ...{ is: "stage", at: 1, by: "ada", sure: 0.99 },
    stage: { ids: [id(4), id(5)], parents: [[], [0]], empty: [], merges: [], old: id(3), inside: id(9) },
  };
  const deeper = replay([begun(10), ...[2, 3, 4, 5].map(built), inside]);

  expect(surplusBuilds(deeper, [0.5, 0.5], { keep: 4, busy: [] })).toEqual([{ commit: id(2), build: "1" }]);
});
