import { expect, test } from "vitest";
import { ip6, relayOf } from "../../../../test/support/dhcp6-requests.ts";
import { join } from "../../../base/bytes.ts";
import { ipv6Bytes } from "../../../base/ipv6.ts";
import { must } from "../../../base/read.ts";
import { readDatagram6, writeReply6 } from "./message.ts";
import { type Options6, writeOptions6 } from "./options.ts";

const SOLICIT = Uint8Array.of(1, 0xab, 0xcd, 0xef, 0, 8, 0, 2, 0, 0);
const [LINK, PEER] = [ip6("2001:db8:1::1"), ip6("fe80::7")];

function forwarded(message: Uint8Array, hops: number, known: Options6 = {}): Uint8Array {
  const options = writeOptions6({ ...known, relayMessage: message });
  return join([Uint8Array.of(12, hops), ipv6Bytes(LINK), ipv6Bytes(PEER), options]);
}

test("a message is read through its relays, the nearest to us first", () => {
  const bytes = forwarded(forwarded(SOLICIT, 0, { interfaceId: Uint8Array.of(9) }), 1);

  const { message, relays } = must(readDatagram6(bytes));

  expect(message).toMatchObject({ type: 1, xid: 0xabcdef, options: { known: { elapsed: 0 } } });
  expect(relays.map(({ hops }) => hops)).toEqual([1, 0]);
  expect(relays[1]).toMatchObject({
    link: LINK,
    peer: PEER,
    options: { known: { interfaceId: Uint8Array.of(9) } },
  });
});

test("a reply goes back through the same relays, each with its own interface identifier (RFC 8415 19.3)", () => {
  const relays = [relayOf(ip6("::")), relayOf(LINK, { interfaceId: Uint8Array.of(9) }, PEER)];

  const bytes = writeReply6({ type: 7, xid: 0xabcdef, options: { preference: 1 } }, relays);

  expect([bytes[0], bytes[1]]).toEqual([13, 0]);
  const inner = bytes.subarray(34 + 4); // the head, and that of option 9
  expect(inner[0]).toBe(13);
  expect(inner.subarray(2, 34)).toEqual(join([ipv6Bytes(LINK), ipv6Bytes(PEER)]));
  expect(inner.subarray(34, 39)).toEqual(Uint8Array.of(0, 18, 0, 1, 9));
  expect(inner.subarray(-9)).toEqual(Uint8Array.of(7, 0xab, 0xcd, 0xef, 0, 7, 0, 1, 1));
});

test("more relays than there may be are a flaw, not a deep stack", () => {
  let bytes: Uint8Array = SOLICIT;
  for (let hops = 0; hops < 9; hops += 1) bytes = forwarded(bytes, hops);

  expect(readDatagram6(bytes)).toMatchObject({ ok: false, flaw: "it came through more than 8 relays" });
});

test.each([
  [Uint8Array.of(1, 2, 3), "a message wants 4 bytes"],
  [new Uint8Array(), "a message wants 4 bytes"],
  [Uint8Array.of(12, 0, 0), "a relay's head wants 34 bytes"],
  [forwarded(SOLICIT, 0).subarray(0, 34), "a relay forwards no message"],
  [forwarded(SOLICIT, 0).subarray(0, 40), "option 9 wants"],
])("%j is a flaw that says so", (bytes, flaw) => {
  expect(readDatagram6(bytes)).toMatchObject({ ok: false, flaw: expect.stringContaining(flaw) });
});
