import { contains, type Ipv4, ipv4Of, readIpv4, type Subnet4 } from "../../base/ipv4.ts";
import { ipv6Bytes, readIpv6 } from "../../base/ipv6.ts";

/**
 * The IANA special-purpose registries (RFC 6890), of what can lead to somebody's inside. The ranges for
 * documentation are left out: laboratories use them for the world outside.
 */
const INSIDE: readonly Subnet4[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
].map(([address, prefix]) => ({ address: address as Ipv4, prefix: prefix as number }));

/** Whether an address is one of the world outside: not this host, not its networks, nobody's private ones. */
export function isPublic(address: string): boolean {
  const four = readIpv4(address);
  if (four.ok) return isPublic4(four.value);
  const six = readIpv6(address);
  return six.ok && isPublic6(ipv6Bytes(six.value));
}

const isPublic4 = (address: Ipv4): boolean => !INSIDE.some((subnet) => contains(subnet, address));

function isPublic6(bytes: Uint8Array): boolean {
  const carried = ipv4In(bytes);
  if (carried !== undefined) return isPublic4(carried);
  if ((bytes[0]! & 0xe0) !== 0x20) return false; // all that is given out so far is 2000::/3
  return !(begins(bytes, [0x20, 0x01, 0, 0]) || begins(bytes, [0x3f, 0xff])); // Teredo hides where it leads
}

/** Mapped (RFC 4291 2.5.5.2), NAT64 (RFC 6052 2.1) and 6to4 (RFC 3056) addresses lead to an IPv4 one. */
function ipv4In(bytes: Uint8Array): Ipv4 | undefined {
  const mapped = [...Array<number>(10).fill(0), 0xff, 0xff];
  const nat64 = [0, 0x64, 0xff, 0x9b, ...Array<number>(8).fill(0)];
  const from = begins(bytes, mapped) || begins(bytes, nat64) ? 12 : begins(bytes, [0x20, 0x02]) ? 2 : -1;
  if (from < 0) return undefined;
  const four = ipv4Of(bytes.subarray(from, from + 4));
  return four.ok ? four.value : undefined;
}

const begins = (bytes: Uint8Array, first: readonly number[]): boolean =>
  first.every((byte, i) => bytes[i] === byte);
