import { expect, test } from "vitest";
import { ageWords, builtAt } from "./age.ts";

test("an installer's age comes from its build's name; what is no date has none", () => {
  expect(builtAt("20230607+deb12u12")).toBe(Date.UTC(2023, 5, 7));
  expect(builtAt("custom-1")).toBeUndefined();
  expect(builtAt(null)).toBeUndefined();
});

test.each([
  [0, "0 d old"],
  [59, "59 d old"],
  [200, "6 months old"],
  [1000, "2 years old"],
])("%i days are said as %s", (days, words) => {
  expect(ageWords(0, days * 86_400_000)).toBe(words);
});
