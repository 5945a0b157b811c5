import { expect, test } from "vitest";
import type { Story } from "../../src/api/shapes.ts";
import { stepsOf } from "./story-steps.ts";

const story = (over: Partial<Story>): Story => ({
  ...{ id: 1, kind: "install", machine: "m1", subject: {}, by: "anna", at: 100, state: "open" },
  ...{ says: "it waits for the installer", endedAt: null, entries: [] },
  ...over,
});
const entry = (seq: number, act: string, fine: boolean) => ({ seq, at: 100 + seq * 10, act, says: "", fine });

test("each try is a step that begins where the one before ended, and the present one has no end", () => {
  const steps = stepsOf(story({ entries: [entry(1, "boot", false), entry(2, "boot", true)] }));

  expect(steps.map(({ act, try: nth, is, from, to }) => [act, nth, is, from, to])).toEqual([
    ["boot", 1, "failed", 100, 110],
    ["boot", 2, "fine", 110, 120],
    ["Now", 1, "under way", 120, undefined],
  ]);
});

test("a story that ended shows no present step, a cancelled one by whom", () => {
  expect(stepsOf(story({ state: "failed", entries: [entry(1, "boot", false)] }))).toHaveLength(1);
  expect(stepsOf(story({ state: "cancelled", says: "anna cancelled it", endedAt: 150 }))).toMatchObject([
    { act: "Cancelled", is: "ended", says: "anna cancelled it", to: 150 },
  ]);
});
