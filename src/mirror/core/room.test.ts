import { expect, test } from "vitest";
import { toEvict } from "./room.ts";

const FILES = ["a", "b", "c"].map((name) => ({ name, bytes: 10 }));

test("as many go as must, those unused for longest first", () => {
  expect(toEvict(FILES, { heldBytes: 30, coming: 10, most: 40 })).toEqual([]);
  expect(toEvict(FILES, { heldBytes: 30, coming: 15, most: 30 })).toEqual(["a", "b"]);
});

test("for what would not fit an empty cache nothing goes", () => {
  expect(toEvict(FILES, { heldBytes: 30, coming: 41, most: 40 })).toBe(undefined);
});
