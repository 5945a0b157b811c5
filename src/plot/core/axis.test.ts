import fc from "fast-check";
import { expect, test } from "vitest";
import { placeOn, reach, ticksOf } from "./axis.ts";

const ticks = (from: number, to: number, scale: "linear" | "log" = "linear", about = 5) =>
  ticksOf({ label: "", scale, from, to }, about).map(({ label }) => label);

test("ticks are round and have the digits that tell them apart", () => {
  expect(ticks(0, 1)).toEqual(["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
  expect(ticks(0, 9000)).toEqual(["0", "2000", "4000", "6000", "8000"]);
  expect(ticks(20_000, 30_000)).toEqual(["20k", "22k", "24k", "26k", "28k", "30k"]);
  expect(ticks(0, 2_500_000)).toEqual(["0", "0.5M", "1.0M", "1.5M", "2.0M", "2.5M"]);
  expect(ticks(-0.004, 0.004)).toEqual(["-0.004", "-0.002", "0", "0.002", "0.004"]);
  expect(ticks(50, 2000, "log")).toEqual(["50", "100", "200", "500", "1000", "2000"]);
  expect(ticks(10, 100_000, "log")).toEqual(["10", "100", "1000", "10k", "100k"]);
});

test("an axis holds all its values, whatever they are, and its ticks lie on it, not too many", () => {
  const values = fc.array(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), { maxLength: 20 });
  fc.assert(
    fc.property(values, fc.boolean(), (all, zero) => {
      const axis = { label: "", ...reach(all, { zero }) };
      const places = [...all, ...ticksOf(axis, 5).map(({ at }) => at)].map((one) => placeOn(axis, one));
      return (
        axis.from < axis.to &&
        places.every((one) => one > -1e-6 && one < 1 + 1e-6) &&
        places.length <= all.length + 9
      );
    }),
    { seed: 5 },
  );
});

test("heights that are read as sizes begin at 0; no value, one value and infinity have an axis as well", () => {
  expect(reach([990, 1010], { zero: true })).toMatchObject({ from: 0 });
  expect(reach([990, 1010])).toMatchObject({ from: 990, to: 1010 });
  expect([reach([]), reach([5]), reach([0]), reach([Number.NaN, Infinity, 3, 4])]).toMatchObject([
    { from: 0, to: 1 },
    { from: 4.4, to: 5.6 },
    { from: 0, to: 1 },
    { from: 3, to: 4 },
  ]);
  expect(reach([0, -5, 30, 2000], { scale: "log" })).toMatchObject({ from: 20, to: 2000 });
});
