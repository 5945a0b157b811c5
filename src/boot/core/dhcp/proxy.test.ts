import { expect, test } from "vitest";
import {
  firstTrial,
  HTTP,
  IPXE,
  ip,
  PROXY,
  packetOf,
  ROM,
  requestOf,
  UEFI,
} from "../../../../test/support/dhcp-requests.ts";
import { ANY4, BROADCAST4 } from "../../../base/ipv4.ts";
import { must } from "../../../base/read.ts";
import { latin1 } from "../../../base/text.ts";
import { WAYS, type WayId } from "../strategy/ways.ts";
import type { Decision } from "./decide.ts";
import type { Options } from "./options.ts";
import { decideBootServer, decideProxy } from "./proxy.ts";
import { MESSAGES, type Request, readBootServerRequest } from "./request.ts";

const facts = (request: Request, way?: WayId) => {
  const trial = firstTrial(request, "proxy");
  return { segment: PROXY, machine: undefined, trial: trial && way ? { ...trial, way } : trial };
};
function answered(decision: Decision) {
  if (decision.do !== "answer") throw new Error(JSON.stringify(decision));
  return decision;
}
const offered = (known: Options, way?: WayId) => {
  const request = requestOf(known);
  return answered(decideProxy(request, facts(request, way)));
};

test("the offer of a proxy goes to all, has no address and no lease, and names the loader", () => {
  const { reply, to } = offered(UEFI, "bypass");

  expect(to).toEqual({ address: BROADCAST4, port: 68 });
  expect(reply).toMatchObject({ yiaddr: ANY4, siaddr: "10.0.0.1", flags: 0x8000 });
  expect(latin1(reply.file)).toBe("debian-installer/amd64/bootnetx64.efi");
  expect(reply.options.known).toEqual({
    messageType: MESSAGES.offer,
    serverId: "10.0.0.1",
    tftpServer: "10.0.0.1",
    bootFile: "debian-installer/amd64/bootnetx64.efi",
    vendorClass: "PXEClient",
    vendorOptions: Uint8Array.of(6, 1, 8, 255),
  });
});

test("what each way leaves out is left out", () => {
  for (const way of ["bypass", "file-and-4011", "ask-4011"] as const) {
    const { reply } = offered(UEFI, way);

    expect([way, reply.file.length > 0]).toEqual([way, WAYS[way].fields]);
    expect([way, reply.options.known.vendorOptions !== undefined]).toEqual([way, WAYS[way].bypass]);
    expect(reply.options.known.vendorClass).toBe("PXEClient");
  }
});

test("iPXE gets the URL of its script", () => {
  expect(latin1(offered(IPXE).reply.file)).toBe("http://10.0.0.1/menu.ipxe");
});

test("UEFI HTTP Boot gets its class back and the loader's URL", () => {
  const { reply } = offered(HTTP);

  expect(reply.options.known).toMatchObject({
    vendorClass: "HTTPClient",
    bootFile: "http://10.0.0.1/debian-installer/amd64/bootnetx64.efi",
  });
});

test("who takes the other server's address is noted; everything else about addresses is silence", () => {
  const wanted = { ...ROM, requestedAddress: ip("10.0.0.50") };
  const decided = (known: Options) => {
    const request = requestOf(known);
    return decideProxy(request, facts(request));
  };

  expect(decided({ ...wanted, messageType: MESSAGES.request, serverId: ip("10.0.0.2") })).toEqual({
    do: "other-server",
    server: "10.0.0.2",
  });
  for (const messageType of [MESSAGES.request, MESSAGES.release, MESSAGES.decline])
    expect(decided({ ...wanted, messageType })).toMatchObject({ do: "silence" });
  expect(decided({ vendorClass: "udhcp 1.35.0" })).toMatchObject({ do: "silence" });
  expect(decided({ ...UEFI, architectures: [10] })).toMatchObject({
    because: expect.stringContaining("architecture 10 (UEFI ARM32)"),
  });
});

const FROM = { address: ip("10.0.0.50"), port: 4011 };
const asked = (known: Options) => {
  const packet = packetOf({ messageType: MESSAGES.request, ...known }, { ciaddr: FROM.address });
  const request = must(readBootServerRequest(packet));
  return decideBootServer(request, facts(request, "ask-4011"), FROM);
};

test("port 4011 answers to where it was asked from, with everything that the offer left out", () => {
  const { reply, to } = answered(asked({ ...UEFI, machineId: new Uint8Array(17) }));

  expect(to).toEqual(FROM);
  expect(reply).toMatchObject({ ciaddr: "10.0.0.50", yiaddr: ANY4, siaddr: "10.0.0.1" });
  expect(latin1(reply.file)).toBe("debian-installer/amd64/bootnetx64.efi");
  expect(reply.options.known).toMatchObject({
    messageType: MESSAGES.ack,
    serverId: "10.0.0.1",
    vendorClass: "PXEClient",
    machineId: new Uint8Array(17),
  });
});

test("a boot item comes back as it came; one that wants a signature is silence", () => {
  const item = (layer: number) => Uint8Array.of(6, 1, 0, 71, 4, 0, 0, layer, 0, 255);

  const { reply } = answered(asked({ ...ROM, vendorOptions: item(0) }));

  expect(reply.options.known.vendorOptions).toEqual(Uint8Array.of(71, 4, 0, 0, 0, 0, 255));
  expect(asked({ ...ROM, vendorOptions: item(0x80) })).toMatchObject({
    because: expect.stringContaining("BIS"),
  });
});

test("on port 4011 a DISCOVER is a flaw, and no netboot client gets silence", () => {
  expect(readBootServerRequest(packetOf(ROM)).ok).toBe(false);
  expect(asked({})).toMatchObject({ do: "silence", because: "it is no netboot client" });
});
