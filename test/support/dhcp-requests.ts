import { ANY4, type Ipv4 } from "../../src/base/ipv4.ts";
import { must } from "../../src/base/read.ts";
import { fromLatin1 } from "../../src/base/text.ts";
import type { Options } from "../../src/boot/core/dhcp/options.ts";
import type { Packet } from "../../src/boot/core/dhcp/packet.ts";
import { MESSAGES, type Request, readRequest } from "../../src/boot/core/dhcp/request.ts";
import type { ProxySegment, Segment } from "../../src/boot/core/segment.ts";
import { type Trial, wayFinder } from "../../src/boot/core/strategy/way-finder.ts";

export const ip = (text: string) => text as Ipv4;

const wire = {
  name: "lab",
  interface: "s0",
  subnet: { address: ip("10.0.0.1"), prefix: 24 },
  answerSolicitations: false,
} as const;
export const SEGMENT: Segment = {
  ...wire,
  pool: { from: ip("10.0.0.100"), to: ip("10.0.0.200") },
  leaseSeconds: 3600,
};
export const PROXY: ProxySegment = { ...wire, mode: "proxy" };

export const ROM: Options = { vendorClass: "PXEClient:Arch:00000:UNDI:002001", architectures: [0] };
export const IPXE: Options = { ...ROM, userClass: fromLatin1("iPXE"), ipxe: Uint8Array.of(1, 1, 0) };
export const UEFI: Options = { vendorClass: "PXEClient:Arch:00007:UNDI:003000", architectures: [7] };
export const HTTP: Options = { vendorClass: "HTTPClient:Arch:00016:UNDI:003001", architectures: [16] };

const DISCOVER: Packet = {
  op: 1,
  hardware: 1,
  hops: 0,
  xid: 7,
  seconds: 4,
  flags: 0,
  ciaddr: ANY4,
  yiaddr: ANY4,
  siaddr: ANY4,
  giaddr: ANY4,
  chaddr: Uint8Array.of(0x52, 0x54, 0, 0, 0, 1),
  sname: new Uint8Array(),
  file: new Uint8Array(),
  options: { known: {}, unknown: new Map() },
};

export function packetOf(known: Options, fields: Partial<Packet> = {}): Packet {
  return {
    ...DISCOVER,
    ...fields,
    options: { known: { messageType: MESSAGES.discover, ...known }, unknown: new Map() },
  };
}

export const requestOf = (known: Options, fields: Partial<Packet> = {}): Request =>
  must(readRequest(packetOf(known, fields)));

/** The first way that a machine is answered by which nothing is known of. */
export const firstTrial = (request: Request, mode: "dhcp" | "proxy"): Trial | undefined =>
  wayFinder({ mode, now: () => 0, worked: new Map() }).begin(request);
