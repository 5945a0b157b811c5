import fc from "fast-check";
import { expect, test } from "vitest";
import { must } from "../../../base/read.ts";
import { fromLatin1 } from "../../../base/text.ts";
import { dataHead, readTftp, writeAck, writeError, writeOptionsAck, writeRequest } from "./packet.ts";

const request = (words: string, code = 1) => fromLatin1(`\0${String.fromCharCode(code)}${words}`);

test("a request is read with its options, names in lower case, in the order they came", () => {
  const read = must(readTftp(request("/pxelinux.0\0OCTET\0BlkSize\x001408\0tsize\x000\0")));

  expect(read).toMatchObject({ is: "read", file: "/pxelinux.0", mode: "octet" });
  expect(read.is === "read" && [...read.options]).toEqual([
    ["blksize", "1408"],
    ["tsize", "0"],
  ]);
});

test("of a repeated option the first counts, and a name without a value is dropped", () => {
  const read = must(readTftp(request("f\0octet\0tsize\x000\0TSIZE\x005\0blksize")));

  expect(read.is === "read" && [...read.options]).toEqual([["tsize", "0"]]);
});

test("a request over 512 bytes, without a mode, or of another operation is a flaw", () => {
  for (const bytes of [
    request(`${"a".repeat(520)}\0octet\0`),
    request("f\0"),
    request("f\0octet\0", 9),
    Uint8Array.of(0, 1),
  ])
    expect(readTftp(bytes).ok).toBe(false);
});

test("what we write is read back the same", () => {
  const options = new Map([["blksize", "1468"]]);

  expect(must(readTftp(writeRequest({ is: "write", file: "a", mode: "octet", options })))).toMatchObject({
    is: "write",
    options,
  });
  expect(must(readTftp(writeOptionsAck(options)))).toEqual({ is: "options", options });
  expect(must(readTftp(writeAck(65_537)))).toEqual({ is: "ack", block: 1 });
  expect(must(readTftp(writeError(1, "no")))).toEqual({ is: "error", code: 1, message: "no" });
  expect(must(readTftp(Uint8Array.of(...dataHead(65_536), 7)))).toEqual({
    is: "data",
    block: 0,
    bytes: Uint8Array.of(7),
  });
});

test("any bytes are read or refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), fc.integer({ min: 0, max: 7 }), (bytes, operation) => {
      if (bytes.length > 1) bytes.set([0, operation]);
      expect(typeof readTftp(bytes).ok).toBe("boolean");
    }),
    { numRuns: 2000 },
  );
});
