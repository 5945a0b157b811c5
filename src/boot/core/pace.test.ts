import { expect, test } from "vitest";
import { paceKeeper } from "./pace.ts";

test("a burst passes, then so many a second, each key apart", () => {
  const clock = { now: 0 };
  const passes = paceKeeper({ burst: 3, perSecond: 2 }, () => clock.now);

  const first = Array.from({ length: 5 }, () => passes("a"));
  clock.now = 1000;
  const later = Array.from({ length: 5 }, () => passes("a"));

  expect(first).toEqual([true, true, true, false, false]);
  expect(later).toEqual([true, true, false, false, false]);
  expect(passes("b")).toBe(true);
});

test("a clock that was put back gives nothing and takes nothing", () => {
  const clock = { now: 5000 };
  const passes = paceKeeper({ burst: 1, perSecond: 1 }, () => clock.now);

  expect(passes("a")).toBe(true);
  clock.now = 0;
  expect(passes("a")).toBe(false);
  clock.now = 1000;
  expect(passes("a")).toBe(true);
});

test("who came longest ago is forgotten, so that many keys take little memory", () => {
  const passes = paceKeeper({ burst: 1, perSecond: 0 }, () => 0);
  passes("first");
  for (let i = 0; i < 5000; i += 1) passes(`key ${i}`);

  expect(passes("key 4999")).toBe(false);
  expect(passes("first")).toBe(true); // forgotten
});
