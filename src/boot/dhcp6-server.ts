import { networkInterfaces } from "node:os";
import { isIpv6, readAddress } from "../base/address.ts";
import { Fault, reason } from "../base/fault.ts";
import { ANY6, type Ipv6 } from "../base/ipv6.ts";
import { type Mac, readMac } from "../base/mac.ts";
import { flaw, type Read } from "../base/read.ts";
import type { Clients } from "./clients.ts";
import type { Crowd } from "./core/crowd.ts";
import { type Decision6, decide6, isForOthers, networkFor6, refused6, silence } from "./core/dhcp6/decide.ts";
import { duidOf } from "./core/dhcp6/duid.ts";
import { macInAddress } from "./core/dhcp6/eui64.ts";
import { readDatagram6, writeReply6 } from "./core/dhcp6/message.ts";
import { CLIENT_PORT6, GROUPS6, SERVER_PORT6 } from "./core/dhcp6/ports.ts";
import { type Request6, readRequest6 } from "./core/dhcp6/request.ts";
import * as words from "./core/dhcp6/words.ts";
import type { Leases6 } from "./core/leases6.ts";
import { PROBE_CLASS } from "./core/probe-class.ts";
import type { Bootable, Ipv6Service, Network6 } from "./core/segment.ts";
import type { Flaws } from "./flaws.ts";
import type { Hush } from "./hush.ts";
import { settle6 } from "./settle6.ts";
import { closeUdp, openUdp } from "./sockets.ts";
import type { BootWorld } from "./world.ts";

const MOST_AT_ONCE = 256; // beyond this clients ask again by themselves

type To = { readonly address: string; readonly port: number };
export type Desk6 = {
  readonly world: BootWorld;
  readonly service: Ipv6Service;
  readonly duid: Uint8Array; // ours
  readonly clients: Clients;
  readonly flaws: Flaws;
  readonly crowd: Crowd;
  readonly hush: Hush;
  readonly neighbourAt: (address: Ipv6) => Promise<Mac | undefined>;
  readonly leasesOf: (network: Network6) => Leases6;
  readonly send: (bytes: Uint8Array, to: To, failed: (error: Error) => void) => void;
};

/** DHCPv6 of one segment: every packet leaves an event, and so does every silence. */
export async function openDhcp6(parts: Omit<Desk6, "duid" | "send">) {
  const name = parts.world.segment.interface;
  const duid = duidOn(name);
  const socket = await openUdp({ interface: name, port: SERVER_PORT6, address: ANY6, shared: false });
  const send: Desk6["send"] = (bytes, { address, port }, failed) =>
    socket.send(bytes, port, address, (error) => error && failed(error));
  const take = answerDhcp6({ ...parts, duid, send });
  try {
    for (const group of GROUPS6) socket.addMembership(group, `::%${name}`);
  } catch (error) {
    await closeUdp(socket);
    throw error;
  }
  socket.on("message", (bytes, from) => void take(bytes, from.address));
  return { stop: () => closeUdp(socket) };
}

function duidOn(name: string): Uint8Array {
  const [here] = networkInterfaces()[name] ?? [];
  const mac = readMac(here?.mac ?? "");
  if (!mac.ok) throw new Fault("boot.no-interface", { name });
  return duidOf(mac.value);
}

/** Takes what comes to port 547; settles when it is answered, or passed over. */
export function answerDhcp6(desk: Desk6): (bytes: Uint8Array, from: string) => Promise<void> {
  const { flaws } = desk;
  let running = 0;
  return async (bytes, from) => {
    if (running >= MOST_AT_ONCE) return flaws.add(from, "too many requests at once", bytes, 0);
    running += 1;
    try {
      const request = await read(desk, bytes, from);
      if (request.ok) await answer(desk, request.value, from);
      else flaws.add(`${from} on port ${SERVER_PORT6}`, request.flaw, bytes, request.at);
    } finally {
      running -= 1;
    }
  };
}

async function read({ neighbourAt }: Desk6, bytes: Uint8Array, from: string): Promise<Read<Request6>> {
  const datagram = readDatagram6(bytes);
  if (!datagram.ok) return datagram;
  const source = readAddress(from);
  if (!source.ok || !isIpv6(source.value)) return flaw(`it comes from ${from}`);
  const isNear = datagram.value.relays.length === 0;
  const asksKernel = isNear && macInAddress(source.value) === undefined;
  return readRequest6(datagram.value, source.value, asksKernel ? await neighbourAt(source.value) : undefined);
}

async function answer(desk: Desk6, request: Request6, from: string): Promise<void> {
  const { world, service, clients, crowd, hush } = desk;
  const { mac, asker, message } = request;
  if (message.options.known.userClass?.includes(PROBE_CLASS)) return;
  if (mac !== undefined && !crowd.hears(mac)) return hush.count(mac);
  const machine = mac === undefined ? undefined : world.machineOf(mac);
  // where others lease, every host of the house is heard: those are the others' business
  if (service.mode === "boot" && machine === undefined && isForOthers(request, desk.duid)) return;
  const note = hush.noteFor(mac, mac === undefined ? request.from : undefined);
  note("dhcp.heard", (who) => words.heardWords6(who, request), words.heardDetail6(request));
  if (mac !== undefined && "firmware" in asker && asker.firmware) clients.learn(mac, asker.firmware);
  const silent = (because: string) =>
    note("dhcp.silent", (who) => `${who} gets no answer: ${because}.`, words.silentDetail6(request, because));
  try {
    const decision = await decided(desk, request, machine);
    if (decision.do === "silence") return silent(decision.because);
    if (decision.do === "other-server")
      return note("dhcp.other-server", (who) => words.otherWords6(who), words.otherDetail6(request));
    const isRelayed = request.relays.length > 0;
    const to = { address: from, port: isRelayed ? SERVER_PORT6 : CLIENT_PORT6 };
    desk.send(writeReply6(decision, request.relays), to, (error) =>
      silent(`sending failed (${error.message})`),
    );
    const detail = words.answerDetail6(decision, `[${to.address}]:${to.port}`);
    note("dhcp.answered", (who) => words.answerWords6(who, decision), detail);
  } catch (error) {
    silent(reason(error));
  }
}

async function decided(desk: Desk6, request: Request6, machine: Bootable | undefined): Promise<Decision6> {
  const { service, duid, leasesOf } = desk;
  const refused = refused6(request, service, duid);
  if (refused !== undefined) return refused;
  const network = networkFor6(service, request);
  if ("because" in network) return silence(network.because);
  const onRecord = machine !== undefined;
  const outcome = await settle6(request, { service, network, leasesOf, onRecord });
  return decide6(request, { service, network, duid, loader: machine?.loader ?? "auto", outcome });
}
