import { ByteReader, join } from "../../../base/bytes.ts";
import { ANY4, type Ipv4, ipv4Bytes, ipv4Of } from "../../../base/ipv4.ts";
import { type Mac, macBytes, macOf } from "../../../base/mac.ts";
import { flaw, ok, type Read } from "../../../base/read.ts";

/** Who speaks of which address (RFC 826). */
export type Arp = { readonly mac: Mac; readonly address: Ipv4 };

const HEAD = Uint8Array.of(0, 1, 8, 0, 6, 4); // Ethernet, IPv4, and the lengths of their addresses
const REQUEST = Uint8Array.of(0, 1);
const ANSWER_BYTES = 28;

/** Asks for an address without a sender's own, so that nobody learns one from it (RFC 5227 2.1.1). */
export const arpProbe = (from: Mac, address: Ipv4): Uint8Array =>
  join([HEAD, REQUEST, macBytes(from), ipv4Bytes(ANY4), new Uint8Array(6), ipv4Bytes(address)]);

/** Requests tell of their sender as answers do; a probe of somebody else's has no address. */
export function readArp(bytes: Uint8Array): Read<Arp> {
  if (bytes.length < ANSWER_BYTES) return flaw("too short for ARP");
  if (!HEAD.every((byte, at) => bytes[at] === byte)) return flaw("not ARP of Ethernet and IPv4");
  const from = new ByteReader(bytes.subarray(8));
  const [mac, address] = [from.take(6, "the sender"), from.take(4, "its address")];
  if (!mac.ok || !address.ok) return flaw("too short for ARP");
  const [sender, its] = [macOf(mac.value), ipv4Of(address.value)];
  return sender.ok && its.ok ? ok({ mac: sender.value, address: its.value }) : flaw("no sender");
}
