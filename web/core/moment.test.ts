import { expect, test } from "vitest";
import { backOff } from "./back-off.ts";
import { forHowLong, howLongAgo } from "./moment.ts";

test("how long something lasts is said in one coarse unit", () => {
  const said = [0, 4000, 7000, 42_000, 250_000, 3 * 3_600_000, 50 * 3_600_000].map((ms) => forHowLong(0, ms));

  expect(said).toEqual(["just now", "just now", "for 5 s", "for 40 s", "for 4 min", "for 3 h", "for 2 d"]);
});

test("how long ago something was is said in the same words", () => {
  expect([0, 42_000, 50 * 3_600_000].map((ms) => howLongAgo(0, ms))).toEqual([
    "just now",
    "40 s ago",
    "2 d ago",
  ]);
});

test("a clock that runs behind the service's does not say that something lasts less than nothing", () => {
  expect(forHowLong(5000, 0)).toBe("just now");
});

test("pauses between tries grow to 8 s and differ between pages", () => {
  expect(backOff(0, 0)).toBeLessThan(backOff(3, 0));
  expect(backOff(1000, 1)).toBe(8000);
  expect(backOff(5, 0)).toBe(4000);
});
