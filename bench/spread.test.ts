import { expect, test } from "vitest";
import { spreadOf, spreadWords } from "./spread.ts";

test("the median is the middle one, or between the two in the middle", () => {
  expect(spreadOf([3, 1, 10])).toEqual({ median: 3, min: 1, max: 10 });
  expect(spreadOf([4, 1, 10, 3])).toEqual({ median: 3.5, min: 1, max: 10 });
});

test("what was never seen is told so, not as a number", () => {
  expect(spreadWords(spreadOf([]), 1)).toBe("not seen");
  expect(spreadWords(spreadOf([1, 2.25, 3]), 1)).toBe("2.3 (1.0-3.0)");
});
