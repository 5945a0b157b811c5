import { expect, test } from "vitest";
import { straightOn } from "./steps.ts";
import type { Entry, Journal, Outcome } from "./story.ts";

const STAGES = [
  { act: "arm", withinMs: 1000, tries: 1 },
  { act: "boot", withinMs: 60_000, tries: 3, restMs: 5000 },
] as const;
const FINE: Outcome = { is: "fine", value: null };
const FAILED: Outcome = { is: "failed", why: "the BMC does not answer" };

const journal = (...told: [act: string, outcome: Outcome, at?: number][]): Journal =>
  told.map(([act, outcome, at = 0], place): Entry => ({ seq: place + 1, at, act, outcome }));

test("a story begins with its first stage and ends after its last", () => {
  expect(straightOn(STAGES, [], 0)).toEqual({ do: "act", act: "arm", withinMs: 1000 });
  expect(straightOn(STAGES, journal(["arm", FINE], ["boot", FINE]), 0)).toMatchObject({ how: "done" });
});

test("a stage that failed rests, is tried again, and fails its story with its words when its tries are used up", () => {
  const once = journal(["arm", FINE], ["boot", FAILED, 1000]);
  const thrice = journal(["arm", FINE], ["boot", FAILED], ["boot", FAILED], ["boot", FAILED]);

  expect(straightOn(STAGES, once, 2000)).toEqual({ do: "rest", forMs: 4000 });
  expect(straightOn(STAGES, once, 6000)).toMatchObject({ do: "act", act: "boot" });
  expect(straightOn(STAGES, thrice, 9e9)).toEqual({
    do: "end",
    how: "failed",
    says: "boot: failed: the BMC does not answer",
  });
});

test("a clock that was set back in a rest ends it, instead of making it hours", () => {
  const told = journal(["arm", FINE], ["boot", FAILED, 9_000_000]);

  expect(straightOn(STAGES, told, 1000)).toMatchObject({ do: "act", act: "boot" });
});

test("a stage that was put in later is not skipped, and what is done is not done again", () => {
  const [arm, boot] = STAGES;
  const longer = [arm, { act: "check", withinMs: 1, tries: 1 }, boot] as const;

  expect(straightOn(longer, journal(["arm", FINE], ["boot", FINE]), 0)).toMatchObject({ act: "check" });
  expect(straightOn([boot], journal(["arm", FINE], ["boot", FINE]), 0)).toMatchObject({ how: "done" });
});
