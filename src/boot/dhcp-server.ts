import type { Socket } from "node:dgram";
import { reason } from "../base/fault.ts";
import { ANY4 } from "../base/ipv4.ts";
import type { Read } from "../base/read.ts";
import type { Clients } from "./clients.ts";
import { type Decision, decide, type Outcome, SERVER_PORT } from "./core/dhcp/decide.ts";
import { readPacket, writePacket } from "./core/dhcp/packet.ts";
import { messageName, type Request, readRequest } from "./core/dhcp/request.ts";
import { answerWords, heardWords, packetDetail, xidWords } from "./core/dhcp/words.ts";
import type { Leases } from "./core/leases.ts";
import type { Flaws } from "./flaws.ts";
import { type Note, noteOf } from "./note.ts";
import { closeUdp, openUdp } from "./sockets.ts";
import type { BootWorld } from "./world.ts";

const MOST_AT_ONCE = 1024; // a store may be slow; beyond this clients ask again by themselves

/** DHCP of one segment: every packet leaves an event, and so does every silence. */
export async function openDhcp(world: BootWorld, clients: Clients, flaws: Flaws) {
  const socket = await openUdp({
    interface: world.segment.interface,
    port: SERVER_PORT,
    address: ANY4,
    shared: false, // with SO_REUSEADDR a second server on the port would go unnoticed
  });
  let running = 0;
  socket.on("message", (bytes, from) => {
    const request = read(bytes);
    if (!request.ok) return flaws.add(`${from.address} on port 67`, request.flaw, bytes, request.at);
    if (request.value.packet.options.known.vendorClass === PROBE_CLASS) return;
    if (running >= MOST_AT_ONCE) return flaws.add(from.address, "too many requests at once", bytes, 0);
    running += 1;
    void answer(world, clients, socket, request.value).finally(() => {
      running -= 1;
    });
  });
  return { stop: () => closeUdp(socket) };
}

/** Our own probe for other servers says so, and must not use up an address of ours. */
export const PROBE_CLASS = "rackhand-probe";

function read(bytes: Uint8Array): Read<Request> {
  const packet = readPacket(bytes);
  return packet.ok ? readRequest(packet.value) : packet;
}

async function answer(world: BootWorld, clients: Clients, socket: Socket, request: Request): Promise<void> {
  const { mac, packet, asker } = request;
  const note = noteOf(world, { mac });
  note("dhcp.heard", (who) => heardWords(who, request), packetDetail(packet));
  if ((asker.is === "ipxe" || asker.is === "rom") && asker.firmware) clients.learn(mac, asker.firmware);
  try {
    const outcome = await settle(request, world.leases, world.segment);
    const decision = decide(request, { segment: world.segment, machine: world.machineOf(mac), outcome });
    carryOut(decision, request, socket, note);
  } catch (error) {
    silent(note, request, reason(error));
  }
}

/** Asks the leases what the request needs of them. */
async function settle(
  { ask, mac }: Request,
  leases: Leases,
  segment: BootWorld["segment"],
): Promise<Outcome> {
  switch (ask.is) {
    case "discover": {
      const address = await leases.offer(mac, ask.wanted);
      return address === undefined ? { is: "empty" } : { is: "kept", address };
    }
    case "select":
    case "reboot":
    case "renew": {
      if (ask.is === "select" && ask.server !== segment.subnet.address) return { is: "noted" };
      const bound = await leases.bind(mac, ask.wanted, segment.leaseSeconds);
      return bound === "bound" ? { is: "kept", address: ask.wanted } : { is: bound };
    }
    case "decline":
      await leases.decline(mac, ask.address);
      return { is: "noted" };
    case "release":
      await leases.release(mac, ask.address);
      return { is: "noted" };
    case "inform":
      return { is: "noted" };
  }
}

function carryOut(decision: Decision, request: Request, socket: Socket, note: Note): void {
  switch (decision.do) {
    case "silence":
      silent(note, request, decision.because);
      break;
    case "other-server": {
      const { server } = decision;
      const detail = { xid: xidWords(request.packet), server };
      note("dhcp.other-server", (who) => `${who} chose another DHCP server, ${server}.`, detail);
      break;
    }
    case "answer": {
      const { reply, to } = decision;
      socket.send(writePacket(reply), to.port, to.address, (error) => {
        if (error) silent(note, request, `sending failed (${error.message})`);
      });
      const detail = { ...packetDetail(reply), to: `${to.address}:${to.port}` };
      note("dhcp.answered", (who) => answerWords(who, decision), detail);
    }
  }
}

function silent(note: Note, { packet, type }: Request, because: string): void {
  const detail = { xid: xidWords(packet), message: messageName(type), because };
  note("dhcp.silent", (who) => `${who} gets no answer: ${because}.`, detail);
}
