import { expect, test } from "vitest";
import { KEYS, pressed } from "./keys.ts";

test("a pair of keys acts once both are pressed, and a wrong second key forgets the first", () => {
  const first = pressed("", "g");

  expect(first).toEqual({ pending: "g" });
  expect(pressed(first.pending, "m")).toEqual({ pending: "", does: "machines" });
  expect(pressed(first.pending, "x")).toEqual({ pending: "" });
});

test("every key of the help that is a plain key does what the help says", () => {
  for (const { keys, does } of KEYS.filter(({ keys }) => keys.length === 1))
    expect(pressed("", keys)).toEqual({ pending: "", does });
});
