import { expect, test } from "vitest";
import { readPattern } from "./pattern.ts";

test.each([
  "EXT4-fs error",
  "^nvme\\d+: I/O (\\d+) QID .* timeout",
  "(?:a|b) [*+] \\(x\\)*",
  "fan\\[[0-9]+\\] failed$",
])("%j is taken", (text) => {
  expect(readPattern(text).ok).toBe(true);
});

test.each([
  ["(", "no regular expression"],
  ["(a+)+b", "repeats a group"],
  ["((a+)b?)*", "repeats a group"],
  ["(a|aa)*b", "repeats a group"],
  ["(a|b){2,}", "repeats a group"],
  ["(a)\\1", "refers back"],
  [".*a.*b.*c.*d", "more than 3 long repetitions"],
])("%j is refused, with why: %s", (text, why) => {
  expect(readPattern(text)).toMatchObject({ ok: false, flaw: expect.stringContaining(why) });
});
