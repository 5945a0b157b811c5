import { expect, test } from "vitest";
import { lookOf } from "./look.ts";

test("what needs a person, what is on its way and what is broken look different", () => {
  expect(["installer", "boot menu", "firmware setup"].map(lookOf)).toEqual(["asks", "asks", "asks"]);
  expect(["network boot", "kernel", "starting"].map(lookOf)).toEqual(["busy", "busy", "busy"]);
  expect(
    ["panic", "kernel fault", "no boot device", "installer error", "network boot failed"].map(lookOf),
  ).toEqual(Array.from({ length: 5 }, () => "bad"));
  expect([lookOf("up"), lookOf("off")]).toEqual(["good", "off"]);
});

test("a word that nobody foresaw is not drawn as fine", () => {
  expect(lookOf("sideways")).toBe("unknown");
});
