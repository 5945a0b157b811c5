import { expect, test } from "vitest";
import { gapsIn, markFrom } from "./gaps.ts";

const mark = (ms: number, says: string) => ({ ms, says });
const lost = mark(2000, "The console of m1 is not attached: no carrier");
const again = mark(5000, "The console of m1 is attached and recorded");

test("a gap is from the loss to the next attachment, or where marks say that something is missing", () => {
  const unrecorded = mark(9000, "Not recorded for 3 min 0 s before this");
  const marks = [mark(0, again.says), lost, mark(3000, lost.says), again, mark(6000, "power on"), unrecorded];

  expect(gapsIn({ marks, lengthMs: 10_000 })).toEqual([
    { fromMs: 2000, toMs: 5000, says: lost.says },
    { fromMs: 9000, toMs: 9000, says: unrecorded.says },
  ]);
  expect(gapsIn({ marks: [lost], lengthMs: 10_000 })).toMatchObject([{ fromMs: 2000, toMs: 10_000 }]);
});

test("marks are gone to one after another, and back beyond the one just reached", () => {
  const marks = [mark(0, "a"), mark(5000, "b"), mark(9000, "c")];

  expect(markFrom(marks, 5000, 1)?.says).toBe("c");
  expect(markFrom(marks, 5200, -1)?.says).toBe("a");
  expect(markFrom(marks, 9000, 1)).toBeUndefined();
});
