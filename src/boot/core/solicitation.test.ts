import { expect, test } from "vitest";
import { fromHex } from "../../base/text.ts";
import { emptyAdvertisement, isSolicitation } from "./solicitation.ts";

test("iPXE's solicitation is one, as recorded; what is shorter or of another type is none", () => {
  const recorded = fromHex("8500 0000 0000 0000 0101 525400aabb01");

  expect(isSolicitation(recorded)).toBe(true);
  expect(isSolicitation(recorded.subarray(0, 7))).toBe(false);
  expect(isSolicitation(emptyAdvertisement())).toBe(false);
});

test("the answer is an advertisement of no router: lifetime 0, no flags, no options", () => {
  expect(emptyAdvertisement()).toEqual(Uint8Array.of(134, ...Array<number>(15).fill(0)));
});
