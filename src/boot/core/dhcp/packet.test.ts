import fc from "fast-check";
import { expect, test } from "vitest";
import { ANY4, type Ipv4 } from "../../../base/ipv4.ts";
import { must } from "../../../base/read.ts";
import { fromLatin1, latin1 } from "../../../base/text.ts";
import { type Packet, readPacket, writePacket } from "./packet.ts";

const packet: Packet = {
  op: 2,
  hardware: 1,
  hops: 1,
  xid: 0xdeadbeef,
  seconds: 10,
  flags: 0x8000,
  ciaddr: ANY4,
  yiaddr: "10.0.0.100" as Ipv4,
  siaddr: "10.0.0.1" as Ipv4,
  giaddr: "10.0.0.2" as Ipv4,
  chaddr: Uint8Array.of(0x52, 0x54, 0, 1, 2, 3),
  sname: fromLatin1("boss"),
  file: fromLatin1("pxelinux.0"),
  options: { known: { messageType: 2 }, unknown: new Map([[224, Uint8Array.of(1, 2)]]) },
};

/** The fixed fields with a cookie, then `options`; sname and file as given. */
function bytesWith(options: number[], sname: number[] = [], file: number[] = []): Uint8Array {
  const bytes = new Uint8Array(240 + options.length);
  bytes.set([1, 1, 6, 0, 0, 0, 0, 1]);
  bytes.set(sname, 44);
  bytes.set(file, 108);
  bytes.set([0x63, 0x82, 0x53, 0x63, ...options], 236);
  return bytes;
}

test("a packet survives write then read, and has at least 300 bytes", () => {
  const bytes = writePacket(packet);

  expect(bytes.length).toBe(300);
  expect(must(readPacket(bytes))).toEqual(packet);
});

test("option 52 makes file and sname hold options, read in that order (RFC 3396 5)", () => {
  const sname = [43, 1, 3, 255];
  const file = [43, 1, 2, 12, 1, 0x68, 255];

  const read = must(readPacket(bytesWith([52, 1, 3, 53, 1, 1, 43, 1, 1, 255], sname, file)));

  expect(read.options.known.vendorOptions).toEqual(Uint8Array.of(1, 2, 3));
  expect(read.options.known.hostName).toBe("h");
  expect([read.sname.length, read.file.length]).toEqual([0, 0]);
});

test("option 52 of the file field alone leaves sname a name", () => {
  const read = must(readPacket(bytesWith([52, 1, 1, 53, 1, 1, 255], [0x62, 0], [12, 1, 0x68, 255])));

  expect(latin1(read.sname)).toBe("b");
  expect(read.options.known.hostName).toBe("h");
});

test("what is too short, has no cookie or a long hardware address is a flaw", () => {
  const noCookie = bytesWith([53, 1, 1, 255]);
  noCookie[236] = 0;
  const longAddress = bytesWith([53, 1, 1, 255]);
  longAddress[2] = 17;

  for (const bytes of [new Uint8Array(), new Uint8Array(239), noCookie, longAddress])
    expect(readPacket(bytes).ok).toBe(false);
});

test("any bytes are read or refused", () => {
  const anyTail = fc.uint8Array({ maxLength: 400 }).map((tail) => bytesWith([...tail]));

  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 600 }), anyTail), (bytes) => {
      const read = readPacket(bytes);
      if (read.ok) expect(must(readPacket(writePacket(read.value))).xid).toBe(read.value.xid);
    }),
    { numRuns: 1000 },
  );
});
