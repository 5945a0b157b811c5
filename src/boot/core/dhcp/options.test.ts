import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteWriter } from "../../../base/bytes.ts";
import type { Read } from "../../../base/read.ts";
import type { Codec } from "../codec.ts";
import { nameOptions, OPTIONS, type OptionsHeard, readRawOptions, writeOptions } from "./options.ts";

const written = (options: OptionsHeard): Uint8Array => writeOptions(new ByteWriter(), options).done();

function read(bytes: Uint8Array): Read<OptionsHeard> {
  const all = new Map<number, Uint8Array>();
  const raw = readRawOptions(bytes, all);
  return raw.ok ? { ok: true, value: nameOptions(all) } : raw;
}
const heard = (bytes: Uint8Array): OptionsHeard => {
  const got = read(bytes);
  if (!got.ok) throw new Error(got.flaw);
  return got.value;
};

for (const [name, row] of Object.entries(OPTIONS)) {
  test(`option ${row.code} ${name} survives write then read`, () => {
    const codec = row.as as Codec<unknown>;

    for (const sample of codec.samples) {
      const known = heard(written({ known: { [name]: sample }, unknown: new Map() })).known;
      expect(known).toEqual({ [name]: sample });
    }
  });
}

test("a value of over 255 bytes is split and joined again (RFC 3396)", () => {
  const long = Uint8Array.from({ length: 600 }, (_, i) => i & 0xff);

  const bytes = written({ known: { vendorOptions: long }, unknown: new Map() });

  expect([bytes[0], bytes[1], bytes[257], bytes[258], bytes[514], bytes[515]]).toEqual([
    43, 255, 43, 255, 43, 90,
  ]);
  expect(heard(bytes).known.vendorOptions).toEqual(long);
});

test("what has no row is kept byte for byte", () => {
  const bytes = Uint8Array.of(0, 209, 2, 65, 66, 0, 53, 1, 1, 255);

  const { known, unknown } = heard(bytes);

  expect(known).toEqual({ messageType: 1 });
  expect([...unknown]).toEqual([[209, Uint8Array.of(65, 66)]]);
});

test("one value that its row cannot read stays among the unknown and does not lose the packet", () => {
  const { known, unknown } = heard(Uint8Array.of(54, 3, 1, 2, 3, 53, 1, 1, 255));

  expect(known).toEqual({ messageType: 1 });
  expect(unknown.get(54)).toEqual(Uint8Array.of(1, 2, 3));
});

test("the message type is written first and the relay's option last, whatever the order given", () => {
  const relayAgent = Uint8Array.of(1, 2, 3, 4);
  const unknown = new Map([[224, Uint8Array.of(9)]]);

  const bytes = written({ known: { relayAgent, leaseSeconds: 60, messageType: 5 }, unknown });

  expect(bytes.subarray(0, 3)).toEqual(Uint8Array.of(53, 1, 5));
  expect(bytes.subarray(-7)).toEqual(Uint8Array.of(82, 4, 1, 2, 3, 4, 255));
});

test("the boot file's name ends with a NUL, and is read with or without", () => {
  const bytes = written({ known: { bootFile: "a" }, unknown: new Map() });

  expect(bytes).toEqual(Uint8Array.of(67, 2, 97, 0, 255));
  expect(heard(Uint8Array.of(67, 1, 97, 255)).known.bootFile).toBe("a");
});

test("options that run past the end, or never end, are a flaw with its place", () => {
  expect(read(Uint8Array.of(53, 1, 1, 60, 9, 1))).toMatchObject({ ok: false, at: 3 });
  expect(read(Uint8Array.of(53, 1, 1))).toMatchObject({ ok: false, at: 3 });
  expect(read(Uint8Array.of(53))).toMatchObject({ ok: false, at: 0 });
});

test("any bytes are read or refused, and what was read is written and read back the same", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 700 }), (bytes) => {
      const got = read(bytes);
      if (got.ok) expect(heard(written(got.value))).toEqual(got.value);
    }),
    { numRuns: 2000 },
  );
});
