import { type Ipv4, readIpv4 } from "./ipv4.ts";
import { type Ipv6, readIpv6 } from "./ipv6.ts";
import type { Read } from "./read.ts";

/** Of either family; an IPv6 address is the one with colons. */
export type Address = Ipv4 | Ipv6;

export const isIpv6 = (address: Address): address is Ipv6 => address.includes(":");

/** As sockets tell it: the zone of a link-local address is left out, IPv4 in IPv6's clothes is IPv4. */
export function readAddress(text: string): Read<Address> {
  const plain = text.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  return plain.includes(":") ? readIpv6(plain) : readIpv4(plain);
}

/** As a host in a URL (RFC 3986 3.2.2). */
export const inUrl = (address: Address): string => (isIpv6(address) ? `[${address}]` : address);
