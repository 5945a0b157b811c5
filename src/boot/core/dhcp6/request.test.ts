import { expect, test } from "vitest";
import {
  datagramOf,
  HOST6,
  HTTP6,
  IA,
  ip6,
  LINK_LOCAL,
  MAC6,
  OURS6,
  relayOf,
  request6,
  SECRET,
  UEFI6,
} from "../../../../test/support/dhcp6-requests.ts";
import { readMac } from "../../../base/mac.ts";
import { must } from "../../../base/read.ts";
import { fromHex } from "../../../base/text.ts";
import { INTEL } from "./codecs.ts";
import { duidOf } from "./duid.ts";
import { readRequest6 } from "./request.ts";

const OTHER = must(readMac("52:54:00:00:00:99"));
const LLT = fromHex("0001 0001 31df1e75 525400000001");
const UUID = fromHex("0004 00112233445566778899aabbccddeeff");
const OPTION_79 = fromHex("0001 525400000099");

test.each([
  [
    "the relay's word for it, before all else",
    { relays: [relayOf(ip6("::"), { linkLayerAddress: OPTION_79 })] },
    OTHER,
  ],
  ["the peer that a relay names", { relays: [relayOf(ip6("::"), {}, LINK_LOCAL)], source: SECRET }, MAC6],
  ["its own link-local address", { source: LINK_LOCAL, neighbour: OTHER }, MAC6],
  ["the kernel's neighbours", { source: SECRET, neighbour: OTHER }, OTHER],
  ["its DUID", { source: SECRET }, MAC6],
])("a machine's MAC is known by %s", (_, from, mac) => {
  expect(request6("solicit", HOST6, from).mac).toBe(mac);
});

test("a DUID with a time holds a MAC, one that is a UUID does not, and is the owner itself", () => {
  const byTime = request6("solicit", { ...HOST6, clientId: LLT }, { source: SECRET });
  const byUuid = request6("solicit", { ...HOST6, clientId: UUID }, { source: SECRET });

  expect([byTime.mac, byTime.owner]).toEqual([MAC6, MAC6]);
  expect([byUuid.mac, byUuid.owner]).toEqual([undefined, "duid 000400112233445566778899aabbccddeeff"]);
});

test.each([
  ["a PXE ROM", UEFI6, { is: "rom", firmware: "uefi-x64" }, false],
  ["UEFI HTTP Boot", HTTP6, { is: "http", firmware: "uefi-x64" }, false],
  ["iPXE", { ...UEFI6, userClass: ["iPXE"] }, { is: "ipxe", firmware: "uefi-x64" }, false],
  [
    "an architecture without a loader",
    { ...UEFI6, architectures: [10] },
    { is: "unserved", architecture: 10 },
    false,
  ],
  ["a host", HOST6, { is: "plain" }, false],
  [
    "a loader that says no class and asks for the URL",
    { ...HOST6, askedFor: [59] },
    { is: "rom", firmware: "uefi-x64" },
    true,
  ],
])("%s is told by its options", (_, options, asker, assumed) => {
  expect(request6("solicit", options)).toMatchObject({ asker, assumed });
});

test("an architecture that option 61 does not say is read from the class, else UEFI x64 is assumed", () => {
  const { architectures: _, ...silent } = UEFI6;
  const arm = { ...silent, vendorClasses: [{ enterprise: INTEL, classes: ["PXEClient:Arch:00011"] }] };
  const mute = { ...silent, vendorClasses: [{ enterprise: INTEL, classes: ["PXEClient"] }] };

  expect(request6("solicit", arm)).toMatchObject({ asker: { firmware: "uefi-arm64" }, assumed: false });
  expect(request6("solicit", mute)).toMatchObject({ asker: { firmware: "uefi-x64" }, assumed: true });
});

test("another maker's vendor class is none of PXE's", () => {
  const options = { ...HOST6, vendorClasses: [{ enterprise: 9, classes: ["PXEClient"] }] };

  expect(request6("solicit", options).asker.is).toBe("plain");
});

test("the link is what the relay nearest to the client says; :: and link-local ones say nothing", () => {
  const relays = [relayOf(ip6("2001:db8:2::1")), relayOf(ip6("2001:db8:1::1")), relayOf(ip6("::"))];

  expect(request6("solicit", UEFI6, { relays }).link).toBe("2001:db8:1::1");
  expect(request6("solicit", UEFI6, { relays: [relayOf(ip6("fe80::1"))] }).link).toBeUndefined();
});

test.each([
  ["solicit", { ias: [IA] }, "it does not name its client"],
  ["solicit", { ...HOST6, serverId: OURS6 }, "it names a server"],
  ["request", HOST6, "it does not name a server"],
  ["renew", HOST6, "it does not name a server"],
  ["rebind", { ...HOST6, serverId: OURS6 }, "it names a server"],
  ["release", { serverId: OURS6 }, "it does not name its client"],
  ["advertise", { clientId: duidOf(MAC6), serverId: OURS6 }, "message type 2 is not one of a client"],
  ["reply", { clientId: duidOf(MAC6), serverId: OURS6 }, "message type 7 is not one of a client"],
] as const)("a %s with %j is a flaw (RFC 8415 16)", (name, options, flaw) => {
  const read = readRequest6(datagramOf(name, options), LINK_LOCAL);

  expect(read).toMatchObject({ ok: false, flaw: expect.stringContaining(flaw) });
});

test("an INFORMATION-REQUEST needs to name nobody", () => {
  expect(request6("information-request", { askedFor: [59] }).ask).toBe("information-request");
});
