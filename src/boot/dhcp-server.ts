import { reason } from "../base/fault.ts";
import { ANY4 } from "../base/ipv4.ts";
import type { Read } from "../base/read.ts";
import { carryOut, type Send, sendBy, silent } from "./carry-out.ts";
import { type Decision, decide, isOurs, type Outcome, SERVER_PORT, silence } from "./core/dhcp/decide.ts";
import { networkFor } from "./core/dhcp/network.ts";
import { readPacket } from "./core/dhcp/packet.ts";
import { addressNamed, decideProxy } from "./core/dhcp/proxy.ts";
import { type Request, readRequest } from "./core/dhcp/request.ts";
import { heardDetail, heardWords } from "./core/dhcp/words.ts";
import type { Leases } from "./core/leases.ts";
import type { Network, Segment } from "./core/segment.ts";
import type { Trial } from "./core/strategy/way-finder.ts";
import { noteOf } from "./note.ts";
import type { Parts } from "./parts.ts";
import { closeUdp, openUdp } from "./sockets.ts";
import type { BootWorld, LeasingWorld } from "./world.ts";

const MOST_AT_ONCE = 1024; // a store may be slow; beyond this clients ask again by themselves

export type LeasesOf = (network: Network) => Leases;

/** DHCP of one segment: every packet leaves an event, and so does every silence. */
export async function openDhcp(world: BootWorld, parts: Parts, leasesOf: LeasesOf) {
  const socket = await openUdp({
    interface: world.segment.interface,
    port: SERVER_PORT,
    address: ANY4,
    shared: false, // with SO_REUSEADDR a second server on the port would go unnoticed
  });
  const take = answerDhcp({ world, parts, leasesOf, send: sendBy(socket) });
  socket.on("message", (bytes, from) => void take(bytes, from.address));
  return { stop: () => closeUdp(socket) };
}

type Desk = {
  readonly world: BootWorld;
  readonly parts: Parts;
  readonly leasesOf: LeasesOf;
  readonly send: Send;
};

/** Takes what comes to port 67; settles when it is answered, or passed over. */
export function answerDhcp(desk: Desk): (bytes: Uint8Array, from: string) => Promise<void> {
  const { flaws } = desk.parts;
  let running = 0;
  return async (bytes, from) => {
    const request = read(bytes);
    if (!request.ok) return flaws.add(`${from} on port 67`, request.flaw, bytes, request.at);
    if (request.value.packet.options.known.vendorClass === PROBE_CLASS) return;
    if (running >= MOST_AT_ONCE) return flaws.add(from, "too many requests at once", bytes, 0);
    running += 1;
    await answer(desk, request.value).finally(() => {
      running -= 1;
    });
  };
}

/** Our own probe for other servers says so, and must not use up an address of ours. */
export const PROBE_CLASS = "rackhand-probe";

function read(bytes: Uint8Array): Read<Request> {
  const packet = readPacket(bytes);
  return packet.ok ? readRequest(packet.value) : packet;
}

async function answer({ world, parts, leasesOf, send }: Desk, request: Request): Promise<void> {
  const { mac, asker, ask } = request;
  const { clients, finder, neighbours } = parts;
  if (world.leases === undefined) {
    const address = addressNamed(request);
    if (address !== undefined) neighbours.heard(address, mac);
    // a proxy hears every telephone of the house: those are the other server's business
    if (asker.is === "plain" && world.machineOf(mac) === undefined) return;
  }
  const note = noteOf(world, { mac });
  note("dhcp.heard", (who) => heardWords(who, request), heardDetail(request));
  if ("firmware" in asker && asker.firmware) clients.learn(mac, asker.firmware);
  try {
    const trial = ask.is === "discover" ? finder.begin(request) : finder.goOn(request);
    const decision = await decided(world, leasesOf, request, trial);
    carryOut(decision, request, send, note);
  } catch (error) {
    silent(note, request, reason(error));
  }
}

async function decided(
  world: BootWorld,
  leasesOf: LeasesOf,
  request: Request,
  trial: Trial | undefined,
): Promise<Decision> {
  const machine = world.machineOf(request.mac);
  if (world.leases === undefined) return decideProxy(request, { segment: world.segment, machine, trial });
  const { segment }: LeasingWorld = world;
  const network = networkFor(segment, request.packet);
  if ("because" in network) return silence(network.because);
  const outcome = await settle(request, leasesOf(network), segment);
  return decide(request, { segment, network, machine, outcome, trial });
}

/** Asks the leases what the request needs of them. */
async function settle(request: Request, leases: Leases, segment: Segment): Promise<Outcome> {
  const { ask, mac, packet, asker } = request;
  if (asker.is === "unserved") return { is: "noted" };
  switch (ask.is) {
    case "discover": {
      const address = await leases.offer(mac, ask.wanted);
      return address === undefined ? { is: "empty" } : { is: "kept", address };
    }
    case "select":
    case "reboot":
    case "renew": {
      if (ask.is === "select" && !isOurs(segment, packet, ask.server)) return { is: "noted" };
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
    case "boot-server":
      return { is: "noted" };
  }
}
