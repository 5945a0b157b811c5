import fc from "fast-check";
import { expect, test } from "vitest";
import { join } from "../../base/bytes.ts";
import { type Kept, readTrailer, writeTrailer } from "./kept-file.ts";

const KEPT: Kept = { key: "debian/pool/ä.deb", bytes: 5, sha256: "ab", checkedAt: 1, etag: '"x"' };

test("what is known of a file survives behind its bytes", () => {
  const trailer = writeTrailer(KEPT);
  const file = join([new Uint8Array(5), trailer]);

  expect(readTrailer(file, file.length)).toEqual({ ok: true, value: KEPT });
});

test("a file that was cut, or whose bytes are others, is none of ours", () => {
  const file = join([new Uint8Array(5), writeTrailer(KEPT)]);

  expect(readTrailer(file.subarray(1), file.length - 1).ok).toBe(false);
  expect(readTrailer(file.subarray(0, -1), file.length - 1).ok).toBe(false);
  fc.assert(fc.property(fc.uint8Array(), (bytes) => !readTrailer(bytes, bytes.length).ok));
});
