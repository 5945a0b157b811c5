import { reason } from "../base/fault.ts";
import { ANY4 } from "../base/ipv4.ts";
import type { Read } from "../base/read.ts";
import { carryOut, type Send, silent } from "./carry-out.ts";
import { type Decision, decide, isOurs, type Outcome, SERVER_PORT, silence } from "./core/dhcp/decide.ts";
import { networkFor, unfitReturn } from "./core/dhcp/network.ts";
import { readPacket } from "./core/dhcp/packet.ts";
import { addressNamed, decideProxy } from "./core/dhcp/proxy.ts";
import { type Request, readRequest } from "./core/dhcp/request.ts";
import { heardDetail, heardWords } from "./core/dhcp/words.ts";
import type { Leases } from "./core/leases.ts";
import { PROBE_CLASS } from "./core/probe-class.ts";
import type { Network, Segment } from "./core/segment.ts";
import type { Trial } from "./core/strategy/way-finder.ts";
import type { Note } from "./note.ts";
import { offerAddress } from "./offer-address.ts";
import type { Parts } from "./parts.ts";
import { hearAll, sendOver } from "./quick-udp.ts";
import { closeUdp, openUdpBy } from "./sockets.ts";
import type { BootWorld, LeasingWorld } from "./world.ts";

const MOST_AT_ONCE = 1024; // a store may be slow; beyond this clients ask again by themselves

export type LeasesOf = (network: Network) => Leases;

/** DHCP of one segment: every packet leaves an event, and so does every silence. */
export async function openDhcp(world: BootWorld, parts: Parts, leasesOf: LeasesOf) {
  const { socket, fd } = await openUdpBy({
    interface: world.segment.interface,
    port: SERVER_PORT,
    address: ANY4,
    shared: false, // with SO_REUSEADDR a second server on the port would go unnoticed
  });
  const take = answerDhcp({ world, parts, leasesOf, send: sendOver(fd) });
  hearAll(socket, fd, (bytes, from) => void take(bytes, from));
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
  const { flaws, crowd, hush } = desk.parts;
  let running = 0;
  return async (bytes, from) => {
    const request = read(bytes);
    if (!request.ok) return flaws.add(`${from} on port 67`, request.flaw, bytes, request.at);
    if (request.value.packet.options.known.vendorClass === PROBE_CLASS) return;
    const { mac } = request.value;
    if (!crowd.hears(mac)) return hush.count(mac);
    if (running >= MOST_AT_ONCE) return flaws.add(from, "too many requests at once", bytes, 0);
    running += 1;
    await answer(desk, request.value).finally(() => {
      running -= 1;
    });
  };
}

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
  const note = parts.hush.noteFor(mac);
  note(
    "dhcp.heard",
    (who) => heardWords(who, request),
    () => heardDetail(request),
  );
  if ("firmware" in asker && asker.firmware) clients.learn(mac, asker.firmware);
  try {
    const trial = ask.is === "discover" ? finder.begin(request) : finder.goOn(request);
    const decision = await decided({ world, parts, leasesOf, note }, request, trial);
    carryOut(decision, request, send, note);
  } catch (error) {
    silent(note, request, reason(error));
  }
}

type Deciding = Omit<Desk, "send"> & { readonly note: Note };

async function decided(desk: Deciding, request: Request, trial: Trial | undefined): Promise<Decision> {
  const { world } = desk;
  const machine = world.machineOf(request.mac);
  const unfit = unfitReturn(world.segment, request.packet);
  if (unfit !== undefined) return silence(unfit);
  if (world.leases === undefined) return decideProxy(request, { segment: world.segment, machine, trial });
  const { segment }: LeasingWorld = world;
  const network = networkFor(segment, request.packet);
  if ("because" in network) return silence(network.because);
  const outcome = await settle(request, network, desk, { segment, onRecord: machine !== undefined });
  return decide(request, { segment, network, machine, outcome, trial });
}

type Settling = { readonly segment: Segment; readonly onRecord: boolean };

/** Asks the leases what the request needs of them. */
async function settle(request: Request, network: Network, desk: Deciding, facts: Settling): Promise<Outcome> {
  const { ask, mac, packet, asker } = request;
  const { segment, onRecord } = facts;
  const leases = desk.leasesOf(network);
  if (asker.is === "unserved") return { is: "noted" };
  switch (ask.is) {
    case "discover": {
      if (!onRecord && !leases.knows(mac) && !desk.parts.crowd.admits(request, leases.room()))
        return { is: "crowded" };
      const prover = network === segment ? desk.parts.prover : undefined;
      return offerAddress(leases, { mac, wanted: ask.wanted, onRecord, prover, note: desk.note });
    }
    case "select":
    case "reboot":
    case "renew": {
      if (ask.is === "select" && !isOurs(segment, packet, ask.server)) return { is: "noted" };
      const bound = await leases.bind(mac, ask.wanted, segment.leaseSeconds);
      if (bound !== "bound") return { is: bound };
      const left = Math.floor((leases.holdsUntil(ask.wanted) - desk.world.now()) / 1000);
      return { is: "kept", address: ask.wanted, seconds: Math.min(left, segment.leaseSeconds) };
    }
    case "decline":
      return { is: (await leases.decline(mac, ask.address)) ? "noted" : "not-its-own" };
    case "release":
      return { is: (await leases.release(mac, ask.address)) ? "noted" : "not-its-own" };
    case "inform":
    case "boot-server":
      return { is: "noted" };
  }
}
