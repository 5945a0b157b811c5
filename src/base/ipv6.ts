import { bigEndian } from "./bytes.ts";
import { flaw, ok, type Read } from "./read.ts";
import { hex } from "./text.ts";

/** An IPv6 address in the form of RFC 5952. */
export type Ipv6 = string & { readonly is: "ipv6" };

export const ANY6 = "::" as Ipv6;

export function readIpv6(text: string): Read<Ipv6> {
  const wrong = flaw(`"${text}" is not an IPv6 address such as fe80::1`);
  const halves = text.toLowerCase().split("::");
  if (halves.length > 2) return wrong;
  const [head, tail] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const groups =
    halves.length === 1
      ? head!
      : [...head!, ...Array(Math.max(1, 8 - head!.length - tail!.length)).fill("0"), ...tail!];
  if (groups.length !== 8 || !groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return wrong;
  return ok(written(groups.map((group) => Number.parseInt(group, 16))));
}

/** From the 16 bytes on the wire. */
export function ipv6Of(bytes: Uint8Array): Read<Ipv6> {
  if (bytes.length !== 16) return flaw(`an IPv6 address has 16 bytes, not ${bytes.length}`);
  return ok(written(Array.from({ length: 8 }, (_, i) => bigEndian(bytes.subarray(2 * i, 2 * i + 2)))));
}

export function ipv6Bytes(address: Ipv6): Uint8Array {
  const [head, tail = ""] = address.split("::");
  const front = head === "" ? [] : head!.split(":");
  const back = tail === "" ? [] : tail.split(":");
  const groups = [...front, ...Array(8 - front.length - back.length).fill("0"), ...back];
  return Uint8Array.from(
    groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]),
  );
}

export const ipv6Number = (address: Ipv6): bigint => BigInt(`0x${hex(ipv6Bytes(address))}`);
export const ipv6At = (number: bigint): Ipv6 =>
  written(Array.from({ length: 8 }, (_, i) => Number((number >> BigInt(112 - 16 * i)) & 0xffffn)));

/** fe80::/10 (RFC 4291 2.5.6) */
export const isLinkLocal = (address: Ipv6): boolean => /^fe[89ab]/.test(address);

/** A subnet as its owner writes it: an address in it and the prefix length. */
export type Subnet6 = { readonly address: Ipv6; readonly prefix: number };

/** `2001:db8::1/64`; the address is kept, host bits and all. */
export function readSubnet6(text: string): Read<Subnet6> {
  const [address, prefix, ...more] = text.split("/");
  const read = readIpv6(address ?? "");
  const bits = Number(prefix);
  if (!read.ok || more.length > 0 || !/^\d{1,3}$/.test(prefix ?? "") || bits > 128)
    return flaw(`"${text}" is not a subnet such as 2001:db8::1/64`);
  return ok({ address: read.value, prefix: bits });
}

export const contains6 = ({ address, prefix }: Subnet6, other: Ipv6): boolean =>
  ipv6Number(address) >> BigInt(128 - prefix) === ipv6Number(other) >> BigInt(128 - prefix);

/** The addresses from one to another, both included. */
export type Pool6 = { readonly from: Ipv6; readonly to: Ipv6 };

/** `2001:db8::100-2001:db8::1ff` */
export function readPool6(text: string): Read<Pool6> {
  const [from, to, ...more] = text.split("-").map((end) => readIpv6(end.trim()));
  const whole = from?.ok === true && to?.ok === true && more.length === 0;
  if (!whole || ipv6Number(from.value) > ipv6Number(to.value))
    return flaw(`"${text}" is not a pool such as 2001:db8::100-2001:db8::1ff`);
  return ok({ from: from.value, to: to.value });
}

/** RFC 5952 4: lower case, no leading zeros, the first longest run of two or more zero groups becomes "::". */
function written(groups: readonly number[]): Ipv6 {
  let best = { from: -1, length: 1 };
  for (let from = 0; from < 8; from += 1) {
    let length = 0;
    while (groups[from + length] === 0) length += 1;
    if (length > best.length) best = { from, length };
  }
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(":");
  if (best.from < 0) return text(groups) as Ipv6;
  return `${text(groups.slice(0, best.from))}::${text(groups.slice(best.from + best.length))}` as Ipv6;
}
