import { expect, test } from "vitest";
import {
  BOOT6,
  HOST6,
  HTTP6,
  holding,
  IA,
  ip6,
  LEASE6,
  OURS6,
  relayOf,
  request6,
  SECRET,
  UEFI6,
} from "../../../../test/support/dhcp6-requests.ts";
import { fromHex } from "../../../base/text.ts";
import type { Ipv6Service } from "../segment.ts";
import { type Answer6, type Decision6, decide6, networkFor6, outcomeByMac, refused6 } from "./decide.ts";
import type { Outcome6 } from "./facts.ts";
import { MESSAGES6 } from "./message.ts";
import type { Options6 } from "./options.ts";
import type { Request6 } from "./request.ts";

const OWN = ip6("2001:db8::5054:ff:fe00:1"); // of the client's MAC
const LEASED = ip6("2001:db8::100");
const KEPT: Outcome6 = { is: "kept", address: LEASED };
const LOADER = "debian-installer/amd64/bootnetx64.efi";

function decided(request: Request6, service: Ipv6Service, outcome: Outcome6 = KEPT): Decision6 {
  const given = service.mode === "boot" ? outcomeByMac(request, service) : outcome;
  const facts = { service, network: service, duid: OURS6, loader: "auto", outcome: given } as const;
  return refused6(request, service, OURS6) ?? decide6(request, facts);
}
function answered(...given: Parameters<typeof decided>): Answer6 {
  const decision = decided(...given);
  expect(decision).toMatchObject({ do: "answer" });
  return decision as Answer6;
}
const lentIn = ({ ias = [] }: Options6) =>
  ias.flatMap(({ addresses }) => addresses.map((one) => one.address));

test.each([
  [BOOT6, OWN],
  [LEASE6, LEASED],
])("a PXE ROM is offered an address and a tftp URL, and no class back: %#", (service, address) => {
  const { type, options } = answered(request6("solicit", UEFI6), service);

  expect(type).toBe(MESSAGES6.advertise);
  expect(lentIn(options)).toEqual([address]);
  expect(options).toMatchObject({
    bootFileUrl: `tftp://[2001:db8::1]/${LOADER}`,
    preference: 255,
    serverId: OURS6,
  });
  expect(options.vendorClasses).toBeUndefined();
  expect(options.clientId).toEqual(UEFI6.clientId);
});

test("HTTP Boot gets an http URL and its class back, iPXE its script", () => {
  const http = answered(request6("solicit", HTTP6), BOOT6).options;
  const ipxe = answered(request6("solicit", { ...UEFI6, userClass: ["iPXE"] }), BOOT6).options;

  expect(http).toMatchObject({
    bootFileUrl: `http://[2001:db8::1]/${LOADER}`,
    vendorClasses: [{ enterprise: 343, classes: ["HTTPClient"] }],
  });
  expect(ipxe.bootFileUrl).toBe("http://[2001:db8::1]/menu.ipxe");
});

test("where others lease, a host is left to them; what names us is answered, since firmware waits for it", () => {
  for (const name of ["solicit", "rebind", "confirm", "information-request"] as const)
    expect(decided(request6(name, HOST6), BOOT6).do).toBe("silence");

  const { options } = answered(
    request6("release", { ...HOST6, serverId: OURS6, ias: [holding(OWN)] }),
    BOOT6,
  );

  expect(options.status?.code).toBe(0);
  expect(options.ias).toBeUndefined();
});

test("a firmware whose MAC nobody knows gets no address made of it", () => {
  const request = request6("solicit", { ...UEFI6, clientId: fromHex("00020000ab11") }, { source: SECRET });

  expect(decided(request, BOOT6)).toMatchObject({
    do: "silence",
    because: expect.stringContaining("no address"),
  });
});

test("a host is leased an address, told the name servers, and nothing to load", () => {
  const service = { ...LEASE6, nameServers: [ip6("2001:db8::53")] };

  const { options } = answered(request6("solicit", HOST6), service);

  expect(options).toMatchObject({ nameServers: ["2001:db8::53"] });
  expect(options.ias?.[0]).toMatchObject({ iaid: 7, renewSeconds: 1800, rebindSeconds: 2880 });
  expect([options.bootFileUrl, options.preference]).toEqual([undefined, undefined]);
});

test("rapid commit is two messages instead of four", () => {
  const { type, options } = answered(request6("solicit", { ...UEFI6, rapidCommit: true }), LEASE6);

  expect(type).toBe(MESSAGES6.reply);
  expect(options.rapidCommit).toBe(true);
});

test("an empty pool is silence to a SOLICIT, since another server may have one, and said to a REQUEST", () => {
  const chosen = request6("request", { ...UEFI6, serverId: OURS6 });

  expect(decided(request6("solicit", UEFI6), LEASE6, { is: "empty" }).do).toBe("silence");
  expect(answered(chosen, LEASE6, { is: "empty" }).options.ias?.[0]?.status?.code).toBe(2);
});

test("a second IA of one client gets no second address", () => {
  const { options } = answered(request6("solicit", { ...HOST6, ias: [IA, { ...IA, iaid: 8 }] }), LEASE6);

  expect(options.ias?.map(({ iaid, status }) => [iaid, status?.code])).toEqual([
    [7, undefined],
    [8, 2],
  ]);
});

test("what was chosen from another server is that server's", () => {
  const request = request6("request", { ...UEFI6, serverId: fromHex("0003000102000000ffff") });

  expect(decided(request, LEASE6)).toEqual({ do: "other-server" });
});

test("a RENEW of what is not ours has no binding; a REBIND of it is silence, for another may have given it", () => {
  const foreign: Outcome6 = { is: "foreign", address: LEASED };
  const ias = [holding(LEASED)];

  const renewed = answered(request6("renew", { ...HOST6, ias, serverId: OURS6 }), LEASE6, foreign);

  expect(renewed.options.ias?.[0]?.status?.code).toBe(3);
  expect(decided(request6("rebind", { ...HOST6, ias }), LEASE6, foreign).do).toBe("silence");
});

test("an address that a client thought to have beside its own is given up at once", () => {
  const old = ip6("2001:db8::99");

  const { options } = answered(request6("renew", { ...HOST6, serverId: OURS6, ias: [holding(old)] }), LEASE6);

  expect(options.ias?.[0]?.addresses).toMatchObject([
    { address: LEASED, validSeconds: 3600 },
    { address: old, validSeconds: 0 },
  ]);
});

test.each([
  ["2001:db8::77", 0],
  ["2001:db8:ffff::77", 4],
])("a CONFIRM of %s is answered with status %i", (address, code) => {
  const request = request6("confirm", { ...HOST6, ias: [holding(ip6(address))] });

  expect(answered(request, LEASE6).options.status?.code).toBe(code);
});

test("an INFORMATION-REQUEST of firmware is told what to load, without an address", () => {
  const { options } = answered(request6("information-request", { ...UEFI6, ias: [] }), BOOT6);

  expect(options.bootFileUrl).toContain("tftp://[");
  expect(options.ias).toBeUndefined();
});

test("what is released or declined and was not ours is said to be so", () => {
  const options = { ...HOST6, serverId: OURS6, ias: [holding(LEASED)] };

  for (const name of ["release", "decline"] as const) {
    const given = answered(request6(name, options), LEASE6, { is: "noted", own: false }).options;
    expect([given.status?.code, given.ias?.[0]?.status?.code]).toEqual([0, 3]);
  }
});

test("an architecture without a loader is silence that names it", () => {
  expect(decided(request6("solicit", { ...UEFI6, architectures: [10] }), LEASE6)).toMatchObject({
    because: expect.stringContaining("architecture 10 (UEFI ARM32)"),
  });
});

test("the subnet is the relay's link, and a link that is nowhere is silence that names it", () => {
  const from = (link: string) => request6("solicit", UEFI6, { relays: [relayOf(ip6(link))] });

  expect(networkFor6(LEASE6, request6("solicit", UEFI6))).toBe(LEASE6);
  expect(networkFor6(LEASE6, from("2001:db8:1::9"))).toBe(LEASE6.relayed?.[0]);
  expect(networkFor6(LEASE6, from("2001:db8:7::1"))).toMatchObject({
    because: expect.stringContaining("2001:db8:7::1"),
  });
});
