import { expect, test } from "vitest";
import {
  firstTrial,
  HTTP,
  IPXE,
  ip,
  packetOf,
  ROM,
  SEGMENT as segment,
  UEFI,
} from "../../../../test/support/dhcp-requests.ts";
import { ANY4, BROADCAST4 } from "../../../base/ipv4.ts";
import { must } from "../../../base/read.ts";
import { latin1 } from "../../../base/text.ts";
import { type Decision, decide, type Facts, type Outcome } from "./decide.ts";
import type { Options } from "./options.ts";
import { type Packet, writePacket } from "./packet.ts";
import { MESSAGES, readRequest } from "./request.ts";

const KEPT: Outcome = { is: "kept", address: ip("10.0.0.100") };

type Asked = { known: Options; fields?: Partial<Packet>; outcome?: Outcome; facts?: Partial<Facts> };
function decided({ known, fields = {}, outcome = KEPT, facts = {} }: Asked): Decision {
  const request = must(readRequest(packetOf(known, fields)));
  const trial = firstTrial(request, "dhcp");
  const wire = facts.segment ?? segment;
  return decide(request, { segment: wire, network: wire, machine: undefined, outcome, trial, ...facts });
}
function answered(asked: Asked) {
  const decision = decided(asked);
  if (decision.do !== "answer") throw new Error(JSON.stringify(decision));
  return decision;
}
const { discover, request, inform, release, decline } = MESSAGES;

test("a BIOS ROM is offered PXELINUX in both places, with siaddr and without option 60", () => {
  const { reply, to } = answered({ known: { ...ROM, messageType: discover } });

  expect(to).toEqual({ address: BROADCAST4, port: 68 });
  expect(reply).toMatchObject({ op: 2, xid: 7, yiaddr: "10.0.0.100", siaddr: "10.0.0.1" });
  expect(latin1(reply.file)).toBe("pxelinux.0");
  expect(reply.options.known).toMatchObject({
    messageType: MESSAGES.offer,
    bootFile: "pxelinux.0",
    leaseSeconds: 3600,
  });
  expect(reply.options.known).not.toHaveProperty("vendorClass");
  expect(writePacket(reply).length).toBeGreaterThanOrEqual(300);
});

test("iPXE gets the address of its menu and need not wait for proxy offers", () => {
  const { reply } = answered({ known: { ...IPXE, messageType: discover } });

  expect(latin1(reply.file)).toBe("http://10.0.0.1/menu.ipxe");
  expect(reply.options.known.ipxe).toEqual(Uint8Array.of(176, 1, 1));
});

test("a machine set to PXELINUX gets it although its ROM is iPXE", () => {
  const machine = { name: "m1", loader: "pxelinux" } as const;

  const { reply } = answered({ known: { ...IPXE, messageType: discover }, facts: { machine } });

  expect(reply.options.known.bootFile).toBe("pxelinux.0");
});

test("a machine set to iPXE loads it, and gets its menu when it asks again as iPXE", () => {
  const machine = { name: "m1", loader: "ipxe" } as const;
  const bootFileFor = (known: Options) =>
    answered({ known: { ...known, messageType: discover }, facts: { machine } }).reply.options.known.bootFile;

  expect(bootFileFor(ROM)).toBe("ipxe/undionly.kpxe");
  expect(bootFileFor(UEFI)).toBe("ipxe/snponly.efi");
  expect(bootFileFor(HTTP)).toBe("http://10.0.0.1/ipxe/snponly.efi");
  expect(bootFileFor(IPXE)).toBe("http://10.0.0.1/menu.ipxe");
  expect(bootFileFor({ ...IPXE, architectures: [11] })).toBe("debian-installer/arm64/bootnetaa64.efi");
  expect(bootFileFor({ ...UEFI, architectures: [11] })).toBe("debian-installer/arm64/bootnetaa64.efi");
});

test.each([
  [7, "amd64/bootnetx64.efi"],
  [9, "amd64/bootnetx64.efi"],
  [6, "i386/bootnetia32.efi"],
  [11, "arm64/bootnetaa64.efi"],
])("UEFI of architecture %i gets Debian's signed loader for it, %s", (code, file) => {
  const { reply } = answered({ known: { ...ROM, architectures: [code], messageType: discover } });

  expect(reply.options.known.bootFile).toBe(`debian-installer/${file}`);
});

test("an installer's DHCP client gets its lease and nothing else", () => {
  const { reply } = answered({ known: { messageType: discover, vendorClass: "udhcp 1.35.0" } });

  expect(reply.siaddr).toBe(ANY4);
  expect(reply.options.known).toEqual({
    messageType: MESSAGES.offer,
    serverId: "10.0.0.1",
    leaseSeconds: 3600,
    renewSeconds: 1800,
    rebindSeconds: 3150,
    subnetMask: "255.255.255.0",
    broadcast: "10.0.0.255",
  });
});

test("router and name server are given when the segment names them", () => {
  const named = { ...segment, routers: [ip("10.0.0.254")], nameServers: [ip("10.0.0.53")] };

  const { reply } = answered({ known: { messageType: discover }, facts: { segment: named } });

  expect(reply.options.known).toMatchObject({ routers: ["10.0.0.254"], nameServers: ["10.0.0.53"] });
});

test("client id, GUID and the relay's option come back as they went", () => {
  const echoed = {
    clientId: Uint8Array.of(1, 2, 3),
    machineId: new Uint8Array(17),
    relayAgent: Uint8Array.of(1, 4, 0, 0, 0, 1),
  };

  const { reply, to } = answered({
    known: { ...ROM, ...echoed, messageType: discover },
    fields: { giaddr: ip("10.0.0.9") },
  });

  expect(reply.options.known).toMatchObject(echoed);
  expect(reply.giaddr).toBe("10.0.0.9");
  expect(to).toEqual({ address: "10.0.0.9", port: 67 });
  const end = writePacket(reply).lastIndexOf(255);
  expect(writePacket(reply).subarray(end - 8, end)).toEqual(Uint8Array.of(82, 6, 1, 4, 0, 0, 0, 1));
});

test("an empty pool is silence with the reason", () => {
  const decision = decided({ known: { messageType: discover }, outcome: { is: "empty" } });

  expect(decision).toMatchObject({ do: "silence", because: "no address is left in the pool of lab" });
});

test("who chose us is acknowledged; who chose another server is noted and not answered", () => {
  const wanted = { messageType: request, requestedAddress: ip("10.0.0.100") };

  const ours = answered({ known: { ...wanted, serverId: ip("10.0.0.1") } });
  const theirs = decided({ known: { ...wanted, serverId: ip("10.0.0.66") }, outcome: { is: "noted" } });

  expect(ours.reply.options.known.messageType).toBe(MESSAGES.ack);
  expect(theirs).toEqual({ do: "other-server", server: "10.0.0.66" });
});

test("a renewing client is answered at its address", () => {
  const { reply, to } = answered({ known: { messageType: request }, fields: { ciaddr: ip("10.0.0.100") } });

  expect(to).toEqual({ address: "10.0.0.100", port: 68 });
  expect(reply).toMatchObject({ ciaddr: "10.0.0.100", yiaddr: "10.0.0.100" });
});

test("an address of another network is refused to all, so that the client starts anew", () => {
  const known = { messageType: request, requestedAddress: ip("192.168.1.5"), clientId: Uint8Array.of(1, 2) };

  const { reply, to } = answered({ known, outcome: { is: "outside" } });

  expect(to).toEqual({ address: BROADCAST4, port: 68 });
  expect(reply).toMatchObject({ flags: 0x8000, yiaddr: ANY4, siaddr: ANY4 });
  expect(reply.options.known).toEqual({
    messageType: MESSAGES.nak,
    serverId: "10.0.0.1",
    message: "192.168.1.5 is not of this network",
    clientId: Uint8Array.of(1, 2),
  });
});

test("a renewing client is refused by broadcast, not at the address that it must not have", () => {
  const { to } = answered({
    known: { messageType: request },
    fields: { ciaddr: ip("10.0.0.5") },
    outcome: { is: "taken" },
  });

  expect(to).toEqual({ address: BROADCAST4, port: 68 });
});

test("somebody else's address is refused; one of our network outside the pool earns silence", () => {
  const known = { messageType: request, requestedAddress: ip("10.0.0.5") };

  const taken = answered({ known, outcome: { is: "taken" } });
  const outside = decided({ known, outcome: { is: "outside" } });

  expect(taken.reply.options.known.messageType).toBe(MESSAGES.nak);
  expect(outside.do).toBe("silence");
});

test("INFORM is answered at the client's address, without a lease", () => {
  const { reply, to } = answered({
    known: { messageType: inform },
    fields: { ciaddr: ip("10.0.0.7") },
    outcome: { is: "noted" },
  });

  expect(to.address).toBe("10.0.0.7");
  expect(reply.yiaddr).toBe(ANY4);
  expect(reply.options.known).not.toHaveProperty("leaseSeconds");
});

test("RELEASE and DECLINE are silence with the reason", () => {
  const outcome: Outcome = { is: "noted" };
  const gone = decided({ known: { messageType: release }, fields: { ciaddr: ip("10.0.0.100") }, outcome });
  const used = decided({ known: { messageType: decline, requestedAddress: ip("10.0.0.100") }, outcome });

  expect([gone.do, used.do]).toEqual(["silence", "silence"]);
});

test("option 57 is a hint: 65280 does not make a long packet, and 100 does not make a short one", () => {
  const big = { clientId: new Uint8Array(250), relayAgent: new Uint8Array(240).fill(1) };

  const small = answered({ known: { ...ROM, ...big, messageType: discover, mostBytes: 100 } });
  const large = answered({ known: { ...ROM, ...big, messageType: discover, mostBytes: 65280 } });

  expect(writePacket(small.reply).length).toBeLessThanOrEqual(548);
  expect(small.reply.options.known.relayAgent).toEqual(big.relayAgent);
  expect(large.reply.options.known.clientId).toEqual(big.clientId);
});

test("what is not a client's request on Ethernet is a flaw", () => {
  const unread = (known: Options, fields: Partial<Packet> = {}) => readRequest(packetOf(known, fields)).ok;

  for (const messageType of [MESSAGES.offer, 200]) expect(unread({ messageType })).toBe(false);
  expect(readRequest({ ...packetOf({}), options: { known: {}, unknown: new Map() } }).ok).toBe(false);
  expect(unread({ messageType: discover }, { op: 2 })).toBe(false);
  expect(unread({ messageType: discover }, { hardware: 6 })).toBe(false);
  expect(unread({ messageType: discover }, { chaddr: new Uint8Array(8) })).toBe(false);
  expect(unread({ messageType: request })).toBe(false);
  expect(unread({ messageType: decline })).toBe(false);
});

test("an architecture without a loader here is silence that names it", () => {
  const decision = decided({ known: { ...ROM, architectures: [10], messageType: discover } });

  expect(decision).toEqual({
    do: "silence",
    because: "it asks for loaders of architecture 10 (UEFI ARM32), and there is none here",
  });
});

test("UEFI HTTP Boot gets its class back and the loader's URL", () => {
  for (const [code, loader] of [
    [16, "amd64/bootnetx64.efi"],
    [19, "arm64/bootnetaa64.efi"],
  ] as const) {
    const known = { vendorClass: "HTTPClient:Arch:00016:UNDI:003001", architectures: [code] };

    const { reply } = answered({ known });

    expect(reply.options.known).toMatchObject({
      vendorClass: "HTTPClient",
      bootFile: `http://10.0.0.1/debian-installer/${loader}`,
    });
    expect(reply.file).toEqual(new Uint8Array());
  }
});
