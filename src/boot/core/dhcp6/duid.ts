import { bigEndian, join } from "../../../base/bytes.ts";
import { type Mac, macBytes, macOf } from "../../../base/mac.ts";

const [LINK_LAYER_TIME, LINK_LAYER] = [1, 3];
const ETHERNET = 1;

/** The MAC in a DUID that holds one: of one of the client's cards, not always of this one (RFC 8415 11). */
export function macInDuid(duid: Uint8Array): Mac | undefined {
  if (bigEndian(duid.subarray(2, 4)) !== ETHERNET) return undefined;
  const type = bigEndian(duid.subarray(0, 2));
  const at = type === LINK_LAYER_TIME ? 8 : type === LINK_LAYER ? 4 : duid.length;
  const mac = macOf(duid.subarray(at));
  return mac.ok ? mac.value : undefined;
}

/** Ours is made of the card that we answer on, so it is the same after a restart (RFC 8415 11.4). */
export const duidOf = (mac: Mac): Uint8Array =>
  join([Uint8Array.of(0, LINK_LAYER, 0, ETHERNET), macBytes(mac)]);

/** Of option 79 (RFC 6939 4): the link-layer type, then the address. */
export function macOfRelay(option: Uint8Array): Mac | undefined {
  const mac = macOf(option.subarray(2));
  return bigEndian(option.subarray(0, 2)) === ETHERNET && mac.ok ? mac.value : undefined;
}

/** Who has a lease when nobody knows its MAC; the DUID in hexadecimal. */
export const ownerByDuid = (duid: string): string => `duid ${duid}`;
