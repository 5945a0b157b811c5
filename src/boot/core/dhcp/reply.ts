import { ANY4, broadcastOf, type Ipv4, netmask } from "../../../base/ipv4.ts";
import { fromLatin1 } from "../../../base/text.ts";
import type { Bootable, Segment } from "../segment.ts";
import { LOADERS } from "./client.ts";
import type { Options } from "./options.ts";
import { BOOTREPLY, BROADCAST_FLAG, type Packet, writePacket } from "./packet.ts";
import { MESSAGES, type Request } from "./request.ts";

type Given = { readonly segment: Segment; readonly machine: Bootable | undefined };

/** In option 175: nobody else will answer, so iPXE need not wait 2 s for proxy offers. */
const NO_PROXY_DHCP = Uint8Array.of(176, 1, 1);
const FILE_FIELD = 127; // of 128 bytes the last is a NUL

/** An OFFER or ACK; without an address (INFORM, RFC 2131 4.3.5) it carries no lease. */
export function acknowledgement(
  request: Request,
  given: Given,
  type: number,
  address: Ipv4 | undefined,
): Packet {
  const { segment } = given;
  const boot = bootFile(request, given);
  const lease: Options =
    address === undefined
      ? {}
      : {
          leaseSeconds: segment.leaseSeconds,
          renewSeconds: Math.floor(segment.leaseSeconds / 2), // RFC 2131 4.4.5
          rebindSeconds: Math.floor((segment.leaseSeconds * 7) / 8),
        };
  const options: Options = {
    messageType: type,
    serverId: segment.subnet.address,
    ...lease,
    subnetMask: netmask(segment.subnet),
    broadcast: broadcastOf(segment.subnet),
    ...(segment.routers?.length ? { routers: segment.routers } : {}),
    ...(segment.nameServers?.length ? { nameServers: segment.nameServers } : {}),
    ...(boot ? { tftpServer: segment.subnet.address, bootFile: boot } : {}),
    ...(request.asker.is === "ipxe" ? { ipxe: NO_PROXY_DHCP } : {}),
    ...echoed(request.packet.options.known),
  };
  return fitted(request, {
    ...answering(request),
    ciaddr: request.packet.ciaddr,
    yiaddr: address ?? ANY4,
    siaddr: boot ? segment.subnet.address : ANY4,
    file: boot ? fromLatin1(boot) : new Uint8Array(),
    options: { known: options, unknown: new Map() },
  });
}

/** A NAK carries neither lease nor boot data, and always goes to all (RFC 2131 4.3.2 and 4.1). */
export function refusal(request: Request, segment: Segment, because: string): Packet {
  const { clientId, relayAgent } = echoed(request.packet.options.known);
  const known: Options = {
    messageType: MESSAGES.nak,
    serverId: segment.subnet.address,
    message: because,
    ...(clientId ? { clientId } : {}),
    ...(relayAgent ? { relayAgent } : {}),
  };
  const base = answering(request);
  return { ...base, flags: base.flags | BROADCAST_FLAG, options: { known, unknown: new Map() } };
}

/**
 * What a client is to load. EDK2 ignores option 66 and iPXE wants the fields, so siaddr and file are filled
 * as well; option 60 is not echoed to a PXEClient, for without option 43 it sends UEFI to port 4011, where
 * nobody answers.
 */
export function bootFile({ asker }: Request, { segment, machine }: Given): string | undefined {
  if (asker.is === "plain" || asker.is === "unserved") return undefined;
  const rom = machine?.loader === "pxelinux" && asker.firmware !== "uefi-x64";
  if (asker.is === "ipxe" && !rom) return `http://${segment.subnet.address}/menu.ipxe`;
  return LOADERS[asker.firmware ?? "bios"];
}

/** RFC 6842 (61), RFC 3046 2.2 (82), RFC 4578 2.3 (97): back as they came, or not at all. */
function echoed({ clientId, machineId, relayAgent }: Options): Options {
  return {
    ...(clientId ? { clientId } : {}),
    ...(machineId ? { machineId } : {}),
    ...(relayAgent ? { relayAgent } : {}),
  };
}

function answering({ packet }: Request): Packet {
  return {
    ...packet,
    op: BOOTREPLY,
    hops: 0,
    seconds: 0,
    ciaddr: ANY4,
    yiaddr: ANY4,
    siaddr: ANY4,
    sname: new Uint8Array(),
    file: new Uint8Array(),
    options: { known: {}, unknown: new Map() },
  };
}

/**
 * Option 57 is a hint: EDK2 says 65280. IP and UDP headers count (RFC 2132 9.10), and Ethernet carries 1500.
 */
const [LEAST, MOST, HEADERS] = [576, 1472, 28];
/** What a client can do without, the least needed first. */
const SPARE = [
  "tftpServer",
  "broadcast",
  "machineId",
  "clientId",
] as const satisfies readonly (keyof Options)[];

function fitted({ packet }: Request, reply: Packet): Packet {
  const asked = packet.options.known.mostBytes ?? LEAST;
  const room = Math.min(MOST, Math.max(LEAST, asked)) - HEADERS;
  let known = reply.options.known;
  const file = reply.file.subarray(0, FILE_FIELD);
  const written = () => writePacket({ ...reply, file, options: { known, unknown: new Map() } }).length;
  for (const name of SPARE) {
    if (written() <= room) break;
    const { [name]: _, ...rest } = known;
    known = rest;
  }
  return { ...reply, file, options: { known, unknown: new Map() } };
}
