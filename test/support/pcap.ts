import { ipv4Of } from "../../src/base/ipv4.ts";
import { ipv6Of } from "../../src/base/ipv6.ts";
import { must } from "../../src/base/read.ts";
import type { Packet } from "./recording.ts";

/** The packets in what tcpdump wrote of an Ethernet, their times in milliseconds since 1970; TCP without words is none. */
export function packetsIn(pcap: Buffer): Packet[] {
  if (pcap.readUInt32LE(0) !== MAGIC || pcap.readUInt32LE(20) !== ETHERNET)
    throw new Error("no pcap of an Ethernet");
  const packets: Packet[] = [];
  for (let at = FILE_HEAD; at + RECORD_HEAD <= pcap.length; ) {
    const [seconds, micros, length] = [0, 4, 8].map((field) => pcap.readUInt32LE(at + field)) as [
      number,
      number,
      number,
    ];
    const frame = pcap.subarray(at + RECORD_HEAD, at + RECORD_HEAD + length);
    const packet = packetIn(frame);
    if (packet) packets.push({ at: Math.round(seconds * 1000 + micros / 1000), ...packet });
    at += RECORD_HEAD + length;
  }
  return packets;
}

const [MAGIC, ETHERNET, FILE_HEAD, RECORD_HEAD, FRAME_HEAD] = [0xa1b2c3d4, 1, 24, 16, 14];
type Carried = Omit<Packet, "at">;

function packetIn(frame: Buffer): Carried | undefined {
  const inside = frame.subarray(FRAME_HEAD);
  switch (frame.readUInt16BE(12)) {
    case 0x0806:
      return {
        by: "arp",
        ...endsOf(inside.subarray(14, 18), inside.subarray(24, 28)),
        bytes: inside.subarray(0, 28),
      };
    case 0x0800: {
      const [head, length] = [(inside[0]! & 15) * 4, inside.readUInt16BE(2)];
      const ends = endsOf(inside.subarray(12, 16), inside.subarray(16, 20));
      return carriedBy(inside[9]!, inside.subarray(head, length), ends);
    }
    case 0x86dd:
      return carriedBy(
        inside[6]!,
        inside.subarray(40, 40 + inside.readUInt16BE(4)),
        endsOf(inside.subarray(8, 24), inside.subarray(24, 40)),
      );
    default:
      return undefined;
  }
}

function endsOf(from: Uint8Array, to: Uint8Array): Pick<Packet, "from" | "to"> {
  const end = (bytes: Uint8Array) => ({
    address: must<string>(bytes.length === 4 ? ipv4Of(bytes) : ipv6Of(bytes)),
    port: 0,
  });
  return { from: end(from), to: end(to) };
}

function carriedBy(
  protocol: number,
  bytes: Buffer,
  { from, to }: Pick<Packet, "from" | "to">,
): Carried | undefined {
  const by = protocol === 17 ? "udp" : protocol === 6 ? "tcp" : undefined;
  if (by === undefined) return undefined;
  const [fromPort, toPort] = [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
  const words = bytes.subarray(by === "udp" ? 8 : (bytes[12]! >> 4) * 4);
  if (by === "tcp" && words.length === 0) return undefined;
  return { by, from: { ...from, port: fromPort }, to: { ...to, port: toPort }, bytes: words };
}
