import { ByteWriter, EMPTY } from "../../../base/bytes.ts";
import { type Ipv4, ipv4Number } from "../../../base/ipv4.ts";
import { flaw, ok, type Read } from "../../../base/read.ts";
import { nameOptions, type OptionsHeard, readRawOptions, writeOptions } from "./options.ts";

/** A DHCPv4 packet (RFC 2131 2). `sname` and `file` are empty when option 52 made them hold options. */
export type Packet = {
  readonly op: number;
  readonly hardware: number; // 1: Ethernet
  readonly hops: number;
  readonly xid: number;
  readonly seconds: number;
  readonly flags: number;
  readonly ciaddr: Ipv4;
  readonly yiaddr: Ipv4;
  readonly siaddr: Ipv4;
  readonly giaddr: Ipv4;
  readonly chaddr: Uint8Array;
  readonly sname: Uint8Array;
  readonly file: Uint8Array;
  readonly options: OptionsHeard;
};

export const [BOOTREQUEST, BOOTREPLY] = [1, 2];
export const BROADCAST_FLAG = 0x8000;
const COOKIE = 0x63_82_53_63;
const LONGEST_HARDWARE_ADDRESS = 16;
const [CHADDR_AT, SNAME_AT, FILE_AT, COOKIE_AT, OPTIONS_AT] = [28, 44, 108, 236, 240];
const PARTS = [
  ["the fixed fields", 0, CHADDR_AT],
  ["chaddr", CHADDR_AT, SNAME_AT],
  ["sname", SNAME_AT, FILE_AT],
  ["file", FILE_AT, COOKIE_AT],
  ["the magic cookie", COOKIE_AT, OPTIONS_AT],
] as const;
/** Option 52 (RFC 2132 9.3). */
const OVERLOADED = [
  { bit: 1, name: "file", from: FILE_AT, to: COOKIE_AT },
  { bit: 2, name: "sname", from: SNAME_AT, to: FILE_AT },
] as const;
const SHORTEST = 300; // RFC 951 3: BOOTP relays and old ROMs drop what is shorter

export function readPacket(bytes: Uint8Array): Read<Packet> {
  for (const [what, from, to] of PARTS)
    if (bytes.length < to)
      return flaw(`${what} wants ${to - from} bytes, ${bytes.length - from} are left`, from);
  if (number(bytes, COOKIE_AT, 4) !== COOKIE)
    return flaw("no magic cookie: BOOTP without options", COOKIE_AT);
  const hardwareLength = bytes[2]!;
  if (hardwareLength > LONGEST_HARDWARE_ADDRESS) return flaw(`hlen is ${hardwareLength}`, 2);

  const options = readAllOptions(bytes);
  if (!options.ok) return options;
  const overload = options.value.known.overload ?? 0;
  return ok({
    op: bytes[0]!,
    hardware: bytes[1]!,
    hops: bytes[3]!,
    xid: number(bytes, 4, 4),
    seconds: number(bytes, 8, 2),
    flags: number(bytes, 10, 2),
    ciaddr: address(bytes, 12),
    yiaddr: address(bytes, 16),
    siaddr: address(bytes, 20),
    giaddr: address(bytes, 24),
    chaddr: bytes.subarray(CHADDR_AT, CHADDR_AT + hardwareLength),
    sname: overload & 2 ? EMPTY : untilNul(bytes, SNAME_AT, FILE_AT),
    file: overload & 1 ? EMPTY : untilNul(bytes, FILE_AT, COOKIE_AT),
    options: options.value,
  });
}

/** Where a field is not read into an array of its own, a packet costs half. */
const number = (bytes: Uint8Array, at: number, width: 2 | 4): number =>
  width === 2 ? bytes[at]! * 256 + bytes[at + 1]! : number(bytes, at, 2) * 65_536 + number(bytes, at + 2, 2);
const address = (bytes: Uint8Array, at: number): Ipv4 =>
  `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}` as Ipv4;

/** RFC 3396 5: the aggregate is the options field, then file, then sname. */
function readAllOptions(bytes: Uint8Array): Read<OptionsHeard> {
  const all = new Map<number, Uint8Array>();
  const read = readRawOptions(bytes, all, OPTIONS_AT);
  if (!read.ok) return read;
  const overload = all.get(52)?.[0] ?? 0;
  for (const { bit, name, from, to } of OVERLOADED) {
    if ((overload & bit) === 0) continue;
    const more = readRawOptions(bytes.subarray(from, to), all);
    if (!more.ok) return flaw(`${more.flaw} in the ${name} field`, OPTIONS_AT);
  }
  return ok(nameOptions(all));
}

export function writePacket(packet: Packet): Uint8Array {
  const out = new ByteWriter()
    .number(packet.op, 1)
    .number(packet.hardware, 1)
    .number(packet.chaddr.length, 1)
    .number(packet.hops, 1)
    .number(packet.xid, 4)
    .number(packet.seconds, 2)
    .number(packet.flags, 2);
  for (const address of [packet.ciaddr, packet.yiaddr, packet.siaddr, packet.giaddr])
    out.number(ipv4Number(address), 4);
  out
    .field(packet.chaddr, LONGEST_HARDWARE_ADDRESS)
    .field(packet.sname, 64)
    .field(packet.file, 128)
    .number(COOKIE, 4);
  writeOptions(out, packet.options);
  return out.field(EMPTY, Math.max(0, SHORTEST - out.length)).done();
}

function untilNul(bytes: Uint8Array, from: number, to: number): Uint8Array {
  if (bytes[from] === 0) return EMPTY; // nearly always
  const end = bytes.indexOf(0, from);
  return bytes.subarray(from, end < 0 || end > to ? to : end);
}
