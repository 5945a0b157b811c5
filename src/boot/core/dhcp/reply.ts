import { EMPTY } from "../../../base/bytes.ts";
import { ANY4, broadcastOf, type Ipv4, netmask } from "../../../base/ipv4.ts";
import { fromLatin1 } from "../../../base/text.ts";
import type { Bootable, Network, ProxySegment, Segment } from "../segment.ts";
import type { Trial } from "../strategy/way-finder.ts";
import { WAYS, type Way } from "../strategy/ways.ts";
import { serverIdFor } from "./network.ts";
import type { Options } from "./options.ts";
import { BOOTREPLY, BROADCAST_FLAG, type Packet, writePacket } from "./packet.ts";
import { MESSAGES, type Request } from "./request.ts";
import { toLoad } from "./to-load.ts";

/** What an answer is made from; the trial is missing for a client that does not netboot. */
export type Booting = {
  readonly segment: Segment | ProxySegment;
  readonly machine: Bootable | undefined;
  readonly trial: Trial | undefined;
};
type Leasing = Booting & { readonly segment: Segment; readonly network: Network };

/** In option 175: nobody else will answer, so iPXE need not wait 2 s for proxy offers. */
const NO_PROXY_DHCP = Uint8Array.of(176, 1, 1);
/** In option 43 (PXE 2.1, table 2-1): discovery control, use the file of this packet. */
const USE_THE_FILE = Uint8Array.of(6, 1, 8, 255);
const FILE_FIELD = 127; // of 128 bytes the last is a NUL

/** An OFFER or ACK; without an address (INFORM, RFC 2131 4.3.5) it carries no lease. */
export function acknowledgement(
  request: Request,
  given: Leasing,
  type: number,
  address: Ipv4 | undefined,
  leaseSeconds = given.segment.leaseSeconds,
): Packet {
  const { segment, network } = given;
  const lease: Options =
    address === undefined
      ? {}
      : {
          leaseSeconds,
          renewSeconds: Math.floor(leaseSeconds / 2), // RFC 2131 4.4.5
          rebindSeconds: Math.floor((leaseSeconds * 7) / 8),
        };
  const options: Options = {
    messageType: type,
    ...lease,
    subnetMask: netmask(network.subnet),
    broadcast: broadcastOf(network.subnet),
    ...(network.routers?.length ? { routers: network.routers } : {}),
    ...(segment.nameServers?.length ? { nameServers: segment.nameServers } : {}),
    ...(request.asker.is === "ipxe" ? { ipxe: NO_PROXY_DHCP } : {}),
  };
  return booting(request, given, { yiaddr: address ?? ANY4, options });
}

/** The OFFER or ACK of a server that leases nothing: only what to load. Offers go to all. */
export function proxyAnswer(request: Request, given: Booting, type: number): Packet {
  const reply = booting(request, given, { yiaddr: ANY4, options: { messageType: type } });
  return type === MESSAGES.offer ? { ...reply, flags: reply.flags | BROADCAST_FLAG } : reply;
}

/** The ACK on port 4011: everything said, whatever the offer left out. */
export function bootServerAnswer(request: Request, given: Booting): Packet {
  const { ask } = request;
  const item = ask.is === "boot-server" ? ask.item : undefined;
  const vendorOptions = item ? { vendorOptions: Uint8Array.of(71, item.length, ...item, 255) } : {};
  const options: Options = { messageType: MESSAGES.ack, ...vendorOptions };
  return booting(request, given, { yiaddr: ANY4, options }, WAYS["file-and-4011"]);
}

function booting(
  request: Request,
  given: Booting,
  lease: { readonly yiaddr: Ipv4; readonly options: Options },
  way: Way | undefined = given.trial && WAYS[given.trial.way],
): Packet {
  const { segment } = given;
  const boot = way && bootFile(request, given);
  const known: Options = {
    serverId: serverIdFor(segment, request.packet),
    ...lease.options,
    ...(boot && way.fields && request.asker.is !== "http" ? { tftpServer: segment.subnet.address } : {}),
    ...(boot && way.bootFile ? { bootFile: boot } : {}),
    ...(boot && way.echoesClass ? { vendorClass: CLASS[request.asker.is] ?? "PXEClient" } : {}),
    ...(boot && way.bypass ? { vendorOptions: USE_THE_FILE } : {}),
    ...echoed(request.packet.options.known),
  };
  return fitted(request, {
    ...answering(request),
    ciaddr: request.packet.ciaddr,
    yiaddr: lease.yiaddr,
    siaddr: boot ? segment.subnet.address : ANY4,
    file: boot && way.fields ? fromLatin1(boot) : EMPTY,
    options: { known, unknown: new Map() },
  });
}

const CLASS: Readonly<Partial<Record<Request["asker"]["is"], string>>> = { http: "HTTPClient" };

/** A NAK carries neither lease nor boot data, and always goes to all (RFC 2131 4.3.2 and 4.1). */
export function refusal(request: Request, segment: Segment, because: string): Packet {
  const { clientId, relayAgent } = echoed(request.packet.options.known);
  const known: Options = {
    messageType: MESSAGES.nak,
    serverId: serverIdFor(segment, request.packet),
    message: because,
    ...(clientId ? { clientId } : {}),
    ...(relayAgent ? { relayAgent } : {}),
  };
  const base = answering(request);
  return { ...base, flags: base.flags | BROADCAST_FLAG, options: { known, unknown: new Map() } };
}

/** What a client is to load: a path for TFTP, or a URL. */
export function bootFile({ asker }: Request, { segment, machine }: Booting): string | undefined {
  const load = toLoad(asker, machine?.loader ?? "auto");
  return load?.by === "http" ? `http://${segment.subnet.address}/${load.path}` : load?.path;
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
    sname: EMPTY,
    file: EMPTY,
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

const SHORT = 32; // bytes; with 576 there is room for all that we say of ourselves

/** What can be of any length: all else together has room in the smallest packet. */
const mayBeLong = ({ clientId, machineId, relayAgent, bootFile, nameServers = [], routers = [] }: Options) =>
  [clientId, machineId, relayAgent, bootFile].some((value) => value && value.length > SHORT) ||
  nameServers.length + routers.length > SHORT / 4;

function fitted({ packet }: Request, reply: Packet): Packet {
  const asked = packet.options.known.mostBytes ?? LEAST;
  const room = Math.min(MOST, Math.max(LEAST, asked)) - HEADERS;
  let known = reply.options.known;
  const file = reply.file.subarray(0, FILE_FIELD);
  if (!mayBeLong(known)) return { ...reply, file };
  const written = () => writePacket({ ...reply, file, options: { known, unknown: new Map() } }).length;
  for (const name of SPARE) {
    if (written() <= room) break;
    const { [name]: _, ...rest } = known;
    known = rest;
  }
  return { ...reply, file, options: { known, unknown: new Map() } };
}
