import { expect, test } from "vitest";
import { fromHex } from "../../base/text.ts";
import { emptyAdvertisement, isRouter, isSolicitation, solicitation } from "./solicitation.ts";

test("iPXE's solicitation is one, as recorded; what is shorter or of another type is none", () => {
  const recorded = fromHex("8500 0000 0000 0000 0101 525400aabb01");

  expect(isSolicitation(recorded)).toBe(true);
  expect(isSolicitation(recorded.subarray(0, 7))).toBe(false);
  expect(isSolicitation(emptyAdvertisement())).toBe(false);
});

test("the answer is an advertisement of no router: lifetime 0, no flags, no options", () => {
  expect(emptyAdvertisement()).toEqual(Uint8Array.of(134, ...Array<number>(15).fill(0)));
});

test("a router is what advertises a lifetime, a flag or an option; our own answer is none", () => {
  const empty = emptyAdvertisement();
  const saying = (at: number, value: number) => empty.with(at, value);

  expect([isRouter(empty), isRouter(solicitation()), isRouter(saying(0, 133))]).toEqual([
    false,
    false,
    false,
  ]);
  expect(
    [saying(5, 0x80), saying(5, 0x40), saying(7, 12), Uint8Array.of(...empty, 1, 1)].every(isRouter),
  ).toBe(true);
});

test("our own question is a solicitation", () => {
  expect(isSolicitation(solicitation())).toBe(true);
});
