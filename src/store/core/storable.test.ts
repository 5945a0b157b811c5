import { expect, test } from "vitest";
import { storable, storableText } from "./storable.ts";

test("a NUL becomes visible, in values, keys and lists", () => {
  const detail = { "a\0b": ["x\0", { deep: "\0" }], count: 3, on: true, none: null };

  const kept = storable(detail);

  expect(kept).toEqual({ "a\\x00b": ["x\\x00", { deep: "\\x00" }], count: 3, on: true, none: null });
});

test("a lone surrogate is replaced, a pair stays", () => {
  expect(storableText("a\ud800b \u{1f5a5}")).toBe("a\ufffdb \u{1f5a5}");
});
