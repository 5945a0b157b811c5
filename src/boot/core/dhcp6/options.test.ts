import { expect, test } from "vitest";
import { must } from "../../../base/read.ts";
import { fromHex } from "../../../base/text.ts";
import type { Codec } from "../codec.ts";
import { nameOptions6, OPTIONS6, writeOptions6 } from "./options.ts";
import { readTlvs } from "./tlv.ts";

for (const [name, row] of Object.entries(OPTIONS6)) {
  test(`option ${row.code} ${name} survives write then read`, () => {
    const codec = row.as as Codec<unknown>;

    for (const sample of codec.samples) {
      expect(codec.read(codec.write(sample))).toEqual({ ok: true, value: sample });
    }
  });
}

test("an option that may come more than once is a list, another's first counts", () => {
  const twice = fromHex(
    "0007000101 0007000102 0003000c 00000001 00000000 00000000 0003000c 00000002 00000000 00000000",
  );

  const { known, unknown } = nameOptions6(must(readTlvs(twice)));

  expect(known.ias?.map(({ iaid }) => iaid)).toEqual([1, 2]);
  expect(known.preference).toBe(1);
  expect(unknown).toEqual([[7, Uint8Array.of(2)]]);
});

test("a value that its row cannot read stays as it came, and the others are read", () => {
  const bytes = fromHex("0007 0002 0102 0008 0002 0064 fde8 0001 ff");

  const { known, unknown } = nameOptions6(must(readTlvs(bytes)));

  expect(known).toEqual({ elapsed: 100 });
  expect(unknown.map(([code]) => code)).toEqual([7, 0xfde8]);
});

test.each([
  ["0001", "a code alone"],
  ["0001 00", "half a length"],
  ["0001 0004 010203", "a value that runs past the end"],
])("%s is a flaw: %s", (text) => {
  expect(readTlvs(fromHex(text)).ok).toBe(false);
});

test("options are written in the table's order, whatever the order they were given in", () => {
  const written = writeOptions6({ preference: 255, serverId: Uint8Array.of(1), clientId: Uint8Array.of(2) });

  expect(must(readTlvs(written)).map(([code]) => code)).toEqual([1, 2, 7]);
});
