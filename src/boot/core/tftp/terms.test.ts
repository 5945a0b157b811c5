import { expect, test } from "vitest";
import { agree, largestBlock } from "./terms.ts";

const LIMITS = { mostBlockBytes: largestBlock(1500) };
const agreed = (asked: Record<string, string>, bytes = 1000) => {
  const { terms, answer } = agree(new Map(Object.entries(asked)), bytes, LIMITS);
  return { ...terms, answer: Object.fromEntries(answer) };
};

test("without options it is RFC 1350: 512 bytes, lock-step, nothing to acknowledge", () => {
  expect(agreed({})).toMatchObject({ blockBytes: 512, window: 1, answer: {} });
});

test("only what was asked is answered, and unknown options are left out", () => {
  expect(agreed({ tsize: "0", multicast: "" }).answer).toEqual({ tsize: "1000" });
});

test("a block is lowered to what the interface carries in one packet, never raised", () => {
  expect(agreed({ blksize: "65464" })).toMatchObject({ blockBytes: 1468, answer: { blksize: "1468" } });
  expect(agreed({ blksize: "8" })).toMatchObject({ blockBytes: 8 });
});

test("a window is lowered to 32, and 1 is answered as 1", () => {
  expect(agreed({ windowsize: "64" })).toMatchObject({ window: 32, answer: { windowsize: "32" } });
  expect(agreed({ windowsize: "1" })).toMatchObject({ window: 1, answer: { windowsize: "1" } });
});

test("the timeout comes back equal", () => {
  expect(agreed({ timeout: "3" })).toMatchObject({ firstWaitMs: 3000, answer: { timeout: "3" } });
});

test("values out of range or not numbers are as if not asked", () => {
  const asked = { blksize: "7", windowsize: "0", timeout: "256", tsize: "-1" };

  expect(agreed(asked)).toMatchObject({ blockBytes: 512, window: 1, answer: {} });
  expect(agreed({ blksize: "1e3", windowsize: "0x10" }).answer).toEqual({});
});

test("a size beyond 32 bits is written whole", () => {
  expect(agreed({ tsize: "0" }, 5_000_000_000).answer).toEqual({ tsize: "5000000000" });
});

test("a block of IPv6 leaves room for its larger header", () => {
  expect([largestBlock(1500), largestBlock(1500, "ipv6")]).toEqual([1468, 1448]);
});
