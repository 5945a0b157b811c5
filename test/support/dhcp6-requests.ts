import { type Ipv6, readIpv6 } from "../../src/base/ipv6.ts";
import { type Mac, readMac } from "../../src/base/mac.ts";
import { must } from "../../src/base/read.ts";
import { INTEL } from "../../src/boot/core/dhcp6/codecs.ts";
import { duidOf } from "../../src/boot/core/dhcp6/duid.ts";
import {
  type Datagram6,
  MESSAGES6,
  type MessageName,
  type Relay,
} from "../../src/boot/core/dhcp6/message.ts";
import type { Options6 } from "../../src/boot/core/dhcp6/options.ts";
import { type Request6, readRequest6 } from "../../src/boot/core/dhcp6/request.ts";
import type { Ipv6Service } from "../../src/boot/core/segment.ts";

export const ip6 = (text: string): Ipv6 => must(readIpv6(text));
export const MAC6 = must(readMac("52:54:00:00:00:01"));
export const OURS6 = duidOf(must(readMac("02:00:00:00:00:01")));
export const LINK_LOCAL = ip6("fe80::5054:ff:fe00:1"); // of MAC6
export const SECRET = ip6("fe80::1234:5678:9abc:def0"); // a stable secret one, that names no card

const subnet = { address: ip6("2001:db8::1"), prefix: 64 };
export const BOOT6: Ipv6Service = { mode: "boot", subnet, leaseSeconds: 3600 };
export const LEASE6: Ipv6Service = {
  ...{ ...BOOT6, mode: "lease", pool: { from: ip6("2001:db8::100"), to: ip6("2001:db8::1ff") } },
  relayed: [{ subnet: { address: ip6("2001:db8:1::1"), prefix: 64 } }],
};

export const IA = { iaid: 7, renewSeconds: 0, rebindSeconds: 0, addresses: [] };
export const UEFI6: Options6 = {
  ...{ clientId: duidOf(MAC6), ias: [IA], askedFor: [59, 60, 23], architectures: [7] },
  vendorClasses: [{ enterprise: INTEL, classes: ["PXEClient:Arch:00007:UNDI:003000"] }],
};
export const HTTP6: Options6 = {
  ...{ ...UEFI6, architectures: [16] },
  vendorClasses: [{ enterprise: INTEL, classes: ["HTTPClient:Arch:00016:UNDI:003000"] }],
};
export const HOST6: Options6 = { clientId: duidOf(MAC6), ias: [IA], askedFor: [23] };

export const holding = (address: Ipv6) => ({
  ...IA,
  addresses: [{ address, preferredSeconds: 0, validSeconds: 0 }],
});

export function datagramOf(name: MessageName, known: Options6, relays: readonly Relay[] = []): Datagram6 {
  return { message: { type: MESSAGES6[name], xid: 0x1234, options: { known, unknown: [] } }, relays };
}

export const relayOf = (link: Ipv6, known: Options6 = {}, peer = LINK_LOCAL): Relay => ({
  ...{ hops: 0, link, peer },
  options: { known, unknown: [] },
});

type From = { readonly relays?: readonly Relay[]; readonly source?: Ipv6; readonly neighbour?: Mac };
export const request6 = (name: MessageName, known: Options6, from: From = {}): Request6 =>
  must(readRequest6(datagramOf(name, known, from.relays), from.source ?? LINK_LOCAL, from.neighbour));
