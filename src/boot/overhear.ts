import { reason } from "../base/fault.ts";
import { ANY4, BROADCAST4 } from "../base/ipv4.ts";
import { macOf } from "../base/mac.ts";
import { CLIENT_PORT } from "./core/dhcp/decide.ts";
import { BOOTREPLY, readPacket } from "./core/dhcp/packet.ts";
import { MESSAGES } from "./core/dhcp/request.ts";
import { overheardWords, packetDetail } from "./core/dhcp/words.ts";
import { noteOf } from "./note.ts";
import type { Parts } from "./parts.ts";
import { closeUdp, openUdp } from "./sockets.ts";
import type { BootWorld } from "./world.ts";

/**
 * What other servers tell all: the addresses that they give, and the boot data that may lead a machine
 * astray. The socket is bound to the broadcast address, so that this host's own DHCP client on the port keeps
 * what is sent to it alone.
 */
export async function openOverhearing(world: BootWorld, parts: Parts) {
  const socket = await openOrSay(world);
  socket?.on("message", (bytes) => overheard(world, parts, bytes));
  return { stop: async () => socket && (await closeUdp(socket)) };
}

/** Takes what is told all on port 68. */
export function overheard(world: BootWorld, { finder, neighbours }: Parts, bytes: Uint8Array): void {
  const read = readPacket(bytes);
  if (!read.ok) return; // not sent to us: nobody waits for an answer
  const packet = read.value;
  const { serverId, messageType } = packet.options.known;
  const mac = macOf(packet.chaddr);
  if (packet.op !== BOOTREPLY || !mac.ok || serverId === undefined) return;
  if (serverId === world.segment.subnet.address) return; // our own, heard again
  if (messageType === MESSAGES.ack && packet.yiaddr !== ANY4) neighbours.heard(packet.yiaddr, mac.value);
  if (!finder.knows(mac.value) && world.machineOf(mac.value) === undefined) return;
  if (messageType !== MESSAGES.ack && messageType !== MESSAGES.offer) return;
  const note = noteOf(world, { mac: mac.value });
  note("dhcp.other-server", (who) => overheardWords(who, packet), packetDetail(packet));
}

/** Machines boot without it, only less is known of the others: it is told and done without. */
async function openOrSay({ segment, observe, now }: BootWorld) {
  const opening = { interface: segment.interface, port: CLIENT_PORT, address: BROADCAST4, shared: true };
  try {
    return await openUdp(opening);
  } catch (error) {
    const because = reason(error);
    const says = `What other DHCP servers on ${segment.interface} tell all cannot be heard: ${because}`;
    observe({ kind: "fault", at: now(), says, detail: { interface: segment.interface, because } });
    return undefined;
  }
}
