import { type Ipv6, ipv6Bytes, ipv6Of, type Subnet6 } from "../../../base/ipv6.ts";
import { type Mac, macBytes, macOf } from "../../../base/mac.ts";
import { must } from "../../../base/read.ts";

const UNIVERSAL = 0x02; // the bit that is turned over (RFC 4291 appendix A)

/** The MAC that an address was made of, where it was: firmware does so, systems with secret numbers do not. */
export function macInAddress(address: Ipv6): Mac | undefined {
  const id = ipv6Bytes(address).subarray(8);
  if (id[3] !== 0xff || id[4] !== 0xfe) return undefined;
  return must(macOf(Uint8Array.of(id[0]! ^ UNIVERSAL, id[1]!, id[2]!, id[5]!, id[6]!, id[7]!)));
}

/** The address that the card would give itself in a /64 (RFC 4862 5.5.3). */
export function addressOfMac({ address }: Subnet6, mac: Mac): Ipv6 {
  const [a, b, c, d, e, f] = macBytes(mac) as unknown as [number, number, number, number, number, number];
  const id = [a ^ UNIVERSAL, b, c, 0xff, 0xfe, d, e, f];
  return must(ipv6Of(Uint8Array.of(...ipv6Bytes(address).subarray(0, 8), ...id)));
}
