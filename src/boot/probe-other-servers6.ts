import { randomBytes } from "node:crypto";
import { bigEndian } from "../base/bytes.ts";
import { ANY6, type Ipv6, readIpv6 } from "../base/ipv6.ts";
import { macOf } from "../base/mac.ts";
import { must } from "../base/read.ts";
import { addressesHere, askTwice } from "./ask-twice.ts";
import { duidOf } from "./core/dhcp6/duid.ts";
import { MESSAGES6, readDatagram6, writeReply6 } from "./core/dhcp6/message.ts";
import { CLIENT_PORT6, GROUPS6, SERVER_PORT6 } from "./core/dhcp6/ports.ts";
import { PROBE_CLASS } from "./core/probe-class.ts";
import { openUdp } from "./sockets.ts";

/**
 * Solicits an address, takes none, and tells which other servers advertised one, by their link-local
 * addresses (RFC 8415 18.2.1). Rejects when it is told to stop.
 */
export async function probeOtherServers6(
  name: string,
  withinMs: number,
  signal?: AbortSignal,
): Promise<readonly Ipv6[]> {
  const socket = await openUdp({ interface: name, port: CLIENT_PORT6, address: ANY6, shared: true });
  const probe = solicit(randomBytes(9));
  const servers = new Set<Ipv6>();
  const ours = addressesHere();
  socket.on("message", (bytes, { address }) => {
    const heard = readDatagram6(bytes);
    if (!heard.ok || heard.value.relays.length > 0 || heard.value.message.xid !== probe.xid) return;
    const from = readIpv6(address.replace(/%.*/, ""));
    if (heard.value.message.type === MESSAGES6.advertise && from.ok && !ours.has(from.value))
      servers.add(from.value);
  });
  const to = { address: `${GROUPS6[0]}%${name}`, port: SERVER_PORT6 };
  await askTwice({ socket, bytes: writeReply6(probe, []), to, withinMs }, signal);
  return [...servers];
}

/** The DUID is made up anew each time. A server keeps what it advertises for a minute or two. */
function solicit(dice: Uint8Array) {
  const mac = must(macOf(Uint8Array.of(0x02, ...dice.subarray(0, 5)))); // locally administered
  const xid = bigEndian(dice.subarray(5, 8));
  const ia = { iaid: 1, renewSeconds: 0, rebindSeconds: 0, addresses: [] };
  const options = { clientId: duidOf(mac), elapsed: 0, userClass: [PROBE_CLASS], ias: [ia] };
  return { type: MESSAGES6.solicit, xid, options };
}
