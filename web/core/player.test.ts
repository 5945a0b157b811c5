import { expect, test } from "vitest";
import { advanced, into, recordingAt } from "./player.ts";

test.each([
  [{ tookMs: 100, speed: 2, nextMs: 300, cutsIdle: true }, 200],
  [{ tookMs: 100, speed: 1, nextMs: 60_000, cutsIdle: true }, 58_000],
  [{ tookMs: 100, speed: 1, nextMs: 60_000, cutsIdle: false }, 100],
  [{ tookMs: 100, speed: 1, nextMs: undefined, cutsIdle: true }, 100],
])("%j from 0 is at %d", (of, at) => {
  expect(advanced(0, of)).toBe(at);
});

test("a moment is in the recording that began before it", () => {
  const all = [{ startedAt: 300 }, { startedAt: 200 }, { startedAt: 100 }];

  expect([350, 250, 100, 50].map((at) => recordingAt(all, at)?.startedAt)).toEqual([300, 200, 100, 100]);
  expect(recordingAt([], 5)).toBeUndefined();
});

test("times are told in the shortest way", () => {
  expect([0, 61_000, 3_723_000].map(into)).toEqual(["00:00", "01:01", "1:02:03"]);
});
