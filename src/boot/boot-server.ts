import { readIpv4 } from "../base/ipv4.ts";
import type { Read } from "../base/read.ts";
import { carryOut, type Send, sendBy } from "./carry-out.ts";
import { readPacket } from "./core/dhcp/packet.ts";
import { BOOT_SERVER_PORT, decideBootServer } from "./core/dhcp/proxy.ts";
import { type Request, readBootServerRequest } from "./core/dhcp/request.ts";
import { heardDetail, heardWords } from "./core/dhcp/words.ts";
import type { Parts } from "./parts.ts";
import { closeUdp, openUdp } from "./sockets.ts";
import type { BootWorld } from "./world.ts";

/**
 * PXE's boot server on port 4011. It is bound to our own address: firmware drops an answer that comes from
 * another one, or from another port.
 */
export async function openBootServer(world: BootWorld, parts: Parts) {
  const { interface: name, subnet } = world.segment;
  const opening = { interface: name, port: BOOT_SERVER_PORT, address: subnet.address, shared: false };
  const socket = await openUdp(opening);
  const take = answerBootServer(world, parts, sendBy(socket));
  socket.on("message", take);
  return { stop: () => closeUdp(socket) };
}

type From = { readonly address: string; readonly port: number };

/** Takes what comes to port 4011. */
export function answerBootServer(world: BootWorld, parts: Parts, send: Send) {
  return (bytes: Uint8Array, from: From): void => {
    const request = read(bytes);
    if (request.ok) answer(world, parts, send, request.value, from);
    else parts.flaws.add(`${from.address} on port ${BOOT_SERVER_PORT}`, request.flaw, bytes, request.at);
  };
}

function read(bytes: Uint8Array): Read<Request> {
  const packet = readPacket(bytes);
  return packet.ok ? readBootServerRequest(packet.value) : packet;
}

function answer(world: BootWorld, parts: Parts, send: Send, request: Request, from: From): void {
  const { mac, packet } = request;
  const source = readIpv4(from.address);
  if (!source.ok) return;
  if (packet.ciaddr === source.value) parts.neighbours.heard(source.value, mac);
  if (!parts.crowd.hears(mac)) {
    parts.hush.count(mac);
    return;
  }
  const note = parts.hush.noteFor(mac);
  note(
    "dhcp.heard",
    (who) => heardWords(who, request),
    () => heardDetail(request),
  );
  const { segment } = world;
  const facts = { segment, machine: world.machineOf(mac), trial: parts.finder.goOn(request) };
  const decision = decideBootServer(request, facts, { address: source.value, port: from.port });
  carryOut(decision, request, send, note);
}
