import { bigEndianBytes } from "./bytes.ts";
import { flaw, ok, type Read } from "./read.ts";

/** An IPv4 address in dotted form. */
export type Ipv4 = string & { readonly is: "ipv4" };

export const ANY4 = "0.0.0.0" as Ipv4;
export const BROADCAST4 = "255.255.255.255" as Ipv4;

export function readIpv4(text: string): Read<Ipv4> {
  const parts = text.split(".");
  const fine =
    parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  return fine ? ok(text as Ipv4) : flaw(`"${text}" is not an IPv4 address such as 10.0.0.1`);
}

/** From the 4 bytes on the wire. */
export function ipv4Of(bytes: Uint8Array): Read<Ipv4> {
  if (bytes.length !== 4) return flaw(`an IPv4 address has 4 bytes, not ${bytes.length}`);
  return ok(`${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}` as Ipv4);
}

export const ipv4Bytes = (address: Ipv4): Uint8Array => bigEndianBytes(ipv4Number(address), 4);

const [DOT, ZERO] = [46, 48];

/** By its digits: this runs several times for each packet. */
export function ipv4Number(address: Ipv4): number {
  let number = 0;
  let part = 0;
  for (let i = 0; i < address.length; i += 1) {
    const code = address.charCodeAt(i);
    if (code !== DOT) part = part * 10 + code - ZERO;
    else {
      number = number * 256 + part;
      part = 0;
    }
  }
  return number * 256 + part;
}
export const ipv4At = (number: number): Ipv4 =>
  `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}` as Ipv4;

/** A subnet as its owner writes it: an address in it and the prefix length. */
export type Subnet4 = { readonly address: Ipv4; readonly prefix: number };

/** `10.0.0.1/24`; the address is kept, host bits and all. */
export function readSubnet4(text: string): Read<Subnet4> {
  const [address, prefix, ...more] = text.split("/");
  const read = readIpv4(address ?? "");
  if (!read.ok) return flaw(`"${text}" is not a subnet such as 10.0.0.1/24`);
  const bits = Number(prefix);
  if (prefix === undefined || more.length > 0 || !/^\d{1,2}$/.test(prefix) || bits > 32) {
    return flaw(`"${text}" lacks a prefix length from /0 to /32`);
  }
  return ok({ address: read.value, prefix: bits });
}

export const netmask = ({ prefix }: Subnet4): Ipv4 => ipv4At(prefix === 0 ? 0 : 2 ** 32 - 2 ** (32 - prefix));
const sizeOf = ({ prefix }: Subnet4): number => 2 ** (32 - prefix);
const firstOf = (subnet: Subnet4): number => {
  const number = ipv4Number(subnet.address);
  return number - (number % sizeOf(subnet));
};
export const broadcastOf = (subnet: Subnet4): Ipv4 => ipv4At(firstOf(subnet) + sizeOf(subnet) - 1);
export const networkOf = (subnet: Subnet4): Ipv4 => ipv4At(firstOf(subnet));
export const contains = (subnet: Subnet4, address: Ipv4): boolean => {
  return firstOf(subnet) === firstOf({ address, prefix: subnet.prefix });
};

/** The addresses from one to another, both included. */
export type Pool = { readonly from: Ipv4; readonly to: Ipv4 };

/** `10.0.0.100-10.0.0.199` */
export function readPool(text: string): Read<Pool> {
  const [from, to, ...more] = text.split("-").map((end) => readIpv4(end.trim()));
  const whole = from?.ok === true && to?.ok === true && more.length === 0;
  if (!whole || ipv4Number(from.value) > ipv4Number(to.value)) {
    return flaw(`"${text}" is not a pool such as 10.0.0.100-10.0.0.199`);
  }
  return ok({ from: from.value, to: to.value });
}
