import { expect, test } from "vitest";
import { SETTINGS } from "../testing/lines.ts";
import { readingOf } from "./handed-in.ts";

const byTest = { ...SETTINGS, oracle: { is: "run", command: "t", reads: { by: "exit" } } } as const;

test.each([
  ["0", 0],
  ["1", 1],
  ["broken", 0],
  ["fixed", 1],
])("a search by a test takes %s", (words, value) => {
  expect(readingOf(words, byTest)).toEqual({ ok: true, value });
});

test("terms that are digits mean what they were said to mean", () => {
  expect(readingOf("1", { ...byTest, terms: { old: "1", new: "0" } })).toEqual({ ok: true, value: 0 });
});

test.each(["7", "0.5", "-1", "NaN", "good", ""])(
  "a search by a test refuses %j and says what it wants",
  (words) => {
    const wanted = "a commit is broken (0) or fixed (1).";
    expect(readingOf(words, byTest)).toMatchObject({ ok: false, flaw: expect.stringContaining(wanted) });
  },
);

test.each(["NaN", "Infinity", "1e999", "fixed", "12 MB", ""])("a search by numbers refuses %j", (words) => {
  const flaw = expect.stringContaining("reads numbers");
  expect(readingOf(words, SETTINGS)).toMatchObject({ ok: false, flaw });
});

test("a search by numbers takes any that is finite", () => {
  expect(readingOf("-1.5e3", SETTINGS)).toEqual({ ok: true, value: -1500 });
});
