import { ByteReader, ByteWriter } from "../../../base/bytes.ts";
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
const SHORTEST = 300; // RFC 951 3: BOOTP relays and old ROMs drop what is shorter

export function readPacket(bytes: Uint8Array): Read<Packet> {
  const from = new ByteReader(bytes);
  const head = from.take(28, "the fixed fields");
  const addresses = from.take(LONGEST_HARDWARE_ADDRESS, "chaddr");
  const sname = from.take(64, "sname");
  const file = from.take(128, "file");
  const cookie = from.number(4, "the magic cookie");
  for (const part of [head, addresses, sname, file, cookie]) if (!part.ok) return part;
  if (!head.ok || !addresses.ok || !sname.ok || !file.ok || !cookie.ok) return flaw("too short");
  if (cookie.value !== COOKIE) return flaw("no magic cookie: BOOTP without options", 236);
  const hardwareLength = head.value[2]!;
  if (hardwareLength > LONGEST_HARDWARE_ADDRESS) return flaw(`hlen is ${hardwareLength}`, 2);

  const options = readAllOptions(bytes.subarray(from.at), sname.value, file.value);
  if (!options.ok) return { ...options, at: options.at + from.at };
  const overload = options.value.known.overload ?? 0;
  return ok({
    ...fixedFields(head.value),
    chaddr: addresses.value.subarray(0, hardwareLength),
    sname: overload & 2 ? new Uint8Array() : untilNul(sname.value),
    file: overload & 1 ? new Uint8Array() : untilNul(file.value),
    options: options.value,
  });
}

/** RFC 3396 5: the aggregate is the options field, then file, then sname. */
function readAllOptions(field: Uint8Array, sname: Uint8Array, file: Uint8Array): Read<OptionsHeard> {
  const all = new Map<number, Uint8Array>();
  const read = readRawOptions(field, all);
  if (!read.ok) return read;
  const overload = all.get(52)?.[0] ?? 0;
  for (const [bit, part] of [[1, file] as const, [2, sname] as const]) {
    if ((overload & bit) === 0) continue;
    const more = readRawOptions(part, all);
    if (!more.ok) return flaw(`${more.flaw} in the ${bit === 1 ? "file" : "sname"} field`);
  }
  return ok(nameOptions(all));
}

function fixedFields(head: Uint8Array) {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const address = (at: number) => `${head[at]}.${head[at + 1]}.${head[at + 2]}.${head[at + 3]}` as Ipv4;
  return {
    op: head[0]!,
    hardware: head[1]!,
    hops: head[3]!,
    xid: view.getUint32(4),
    seconds: view.getUint16(8),
    flags: view.getUint16(10),
    ciaddr: address(12),
    yiaddr: address(16),
    siaddr: address(20),
    giaddr: address(24),
  };
}

export function writePacket(packet: Packet): Uint8Array {
  const out = new ByteWriter()
    .put(Uint8Array.of(packet.op, packet.hardware, packet.chaddr.length, packet.hops))
    .number(packet.xid, 4)
    .number(packet.seconds, 2)
    .number(packet.flags, 2);
  for (const address of [packet.ciaddr, packet.yiaddr, packet.siaddr, packet.giaddr])
    out.number(ipv4Number(address), 4);
  out
    .field(packet.chaddr, LONGEST_HARDWARE_ADDRESS)
    .field(packet.sname, 64)
    .field(packet.file, 128)
    .number(COOKIE, 4)
    .put(writeOptions(packet.options));
  return out.field(new Uint8Array(), Math.max(0, SHORTEST - out.length)).done();
}

function untilNul(field: Uint8Array): Uint8Array {
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
}
