import { randomBytes } from "node:crypto";
import { bigEndian } from "../base/bytes.ts";
import { ANY4, BROADCAST4, type Ipv4 } from "../base/ipv4.ts";
import { addressesHere, askTwice } from "./ask-twice.ts";
import { CLIENT_PORT, SERVER_PORT } from "./core/dhcp/decide.ts";
import { serverOffering } from "./core/dhcp/other-servers.ts";
import { BOOTREQUEST, BROADCAST_FLAG, type Packet, writePacket } from "./core/dhcp/packet.ts";
import { MESSAGES } from "./core/dhcp/request.ts";
import { PROBE_CLASS } from "./core/probe-class.ts";
import { openUdp } from "./sockets.ts";

/**
 * Asks for an address, takes none, and tells which other servers offered one (RFC 2131 3.1, steps 1 and 2).
 * Rejects when it is told to stop.
 */
export async function probeOtherServers(
  name: string,
  withinMs: number,
  signal?: AbortSignal,
): Promise<readonly Ipv4[]> {
  const socket = await openUdp({ interface: name, port: CLIENT_PORT, address: ANY4, shared: true });
  const probe = discover(randomBytes(9));
  const servers = new Set<Ipv4>();
  const ours = addressesHere();
  socket.on("message", (bytes) => {
    const server = serverOffering(probe.xid, bytes);
    if (server !== undefined && !ours.has(server)) servers.add(server);
  });
  const to = { address: BROADCAST4, port: SERVER_PORT };
  await askTwice({ socket, bytes: writePacket(probe), to, withinMs }, signal);
  return [...servers];
}

/**
 * MAC and xid are made up anew each time: whoever names them answers us. A server keeps what it offers for a
 * minute or two, so its pool lacks one address at most.
 */
function discover(dice: Uint8Array): Packet {
  return {
    op: BOOTREQUEST,
    hardware: 1,
    hops: 0,
    xid: bigEndian(dice.subarray(0, 4)),
    seconds: 0,
    flags: BROADCAST_FLAG,
    ciaddr: ANY4,
    yiaddr: ANY4,
    siaddr: ANY4,
    giaddr: ANY4,
    chaddr: Uint8Array.of(0x02, ...dice.subarray(4)), // locally administered
    sname: new Uint8Array(),
    file: new Uint8Array(),
    options: {
      known: { messageType: MESSAGES.discover, vendorClass: PROBE_CLASS, askedFor: Uint8Array.of(1, 54) },
      unknown: new Map(),
    },
  };
}
