import fc from "fast-check";
import { expect, test } from "vitest";
import { fromLatin1 } from "../../base/text.ts";
import { readKernelHeader } from "./kernel-header.ts";

/** The first bytes of a bzImage whose version string stands at 0x42c0 + 0x200, as in Debian 12. */
function bzImage(version: string): Uint8Array {
  const bytes = new Uint8Array(0x5000);
  bytes.set(fromLatin1("HdrS"), 0x202);
  bytes.set([0xc0, 0x42], 0x20e);
  bytes.set(fromLatin1(version), 0x44c0);
  return bytes;
}

test.each([
  [
    "6.1.0-50-amd64 (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC Debian 6.1.176-1 (2026-07-02)",
    { release: "6.1.0-50-amd64", debianVersion: "6.1.176-1" },
  ],
  [
    "6.12.107+deb13-amd64 (x@y) #1 SMP PREEMPT_DYNAMIC Debian 6.12.107-1 (2026-09-05)",
    { release: "6.12.107+deb13-amd64", debianVersion: "6.12.107-1" },
  ],
  [
    "3.16.0-4-amd64 (x@y) #1 SMP Debian 3.16.7-ckt11-1+deb8u6",
    { release: "3.16.0-4-amd64", debianVersion: "3.16.7-ckt11-1+deb8u6" },
  ],
  ["7.0.0", { release: "7.0.0", debianVersion: "" }],
])("%s", (version, header) => {
  expect(readKernelHeader(bzImage(version))).toEqual({ ok: true, value: header });
});

test("what is no kernel is a flaw", () => {
  expect(readKernelHeader(new Uint8Array(0x300))).toMatchObject({ ok: false, at: 0x202 });
  expect(readKernelHeader(bzImage("").subarray(0, 0x400))).toMatchObject({ ok: false, at: 0x20e });
});

test("no bytes make it throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 0x400 }), fc.boolean(), (bytes, magic) => {
      if (magic && bytes.length > 0x206) bytes.set(fromLatin1("HdrS"), 0x202);

      expect(() => readKernelHeader(bytes)).not.toThrow();
    }),
  );
});
