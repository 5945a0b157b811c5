import { ANY4, type Ipv4 } from "../../../base/ipv4.ts";
import type { Mac } from "../../../base/mac.ts";
import { hex, latin1, printable } from "../../../base/text.ts";
import { size } from "../../../base/units.ts";
import { WAYS } from "../strategy/ways.ts";
import { askerWords } from "./client.ts";
import type { Answer } from "./decide.ts";
import { OPTIONS } from "./options.ts";
import type { Packet } from "./packet.ts";
import { type Ask, MESSAGES, messageName, type Request } from "./request.ts";

/** One sentence for people. `who` is the machine's name or its MAC. */
export function heardWords(who: string, { ask, asker }: Request): string {
  return `${who} ${askWords(ask)} (${askerWords(asker)}).`;
}

function askWords(ask: Ask): string {
  switch (ask.is) {
    case "discover":
      return "asks for an address";
    case "select":
      return `chooses ${ask.wanted} from ${ask.server}`;
    case "reboot":
      return `asks whether ${ask.wanted} is still its own`;
    case "renew":
      return `asks to keep ${ask.wanted}`;
    case "inform":
      return "has an address and asks for the rest";
    case "boot-server":
      return "asks on port 4011 what to load";
    case "decline":
      return `refuses ${ask.address}: somebody uses it`;
    case "release":
      return `gives ${ask.address} back`;
  }
}

export function answerWords(who: string, { reply, trial }: Answer): string {
  const again = trial && trial.nth > 1 ? ` Another way than before: ${WAYS[trial.way].says}.` : "";
  return whatItGets(who, reply) + again;
}

function whatItGets(who: string, reply: Packet): string {
  const { known } = reply.options;
  if (known.messageType === MESSAGES.nak) return `${who} was refused: ${known.message}.`;
  const loads = known.bootFile ? `loads ${known.bootFile}` : "is to ask on port 4011 what to load";
  if (known.subnetMask === undefined) return `${who} ${loads}; its address is another server's.`;
  const verb = known.messageType === MESSAGES.offer ? "was offered" : "has";
  const address = reply.yiaddr === ANY4 ? reply.ciaddr : reply.yiaddr;
  return `${who} ${verb} ${address}${known.vendorClass || known.bootFile ? ` and ${loads}` : ""}.`;
}

/** What another DHCP server told one of our machines, where all could hear it. */
export function overheardWords(who: string, packet: Packet): string {
  const { known } = packet.options;
  const file = packet.file.length > 0 ? latin1(packet.file) : known.bootFile;
  const loads = file ? ` and ${printable(file)} to load` : "";
  const verb = known.messageType === MESSAGES.offer ? "offers" : "gives";
  const address = packet.yiaddr === ANY4 ? "no address" : packet.yiaddr;
  return `Another DHCP server, ${known.serverId}, ${verb} ${who} ${address}${loads}.`;
}

/** An address that was to be leased, and somebody else uses it. */
export function inUseWords(address: Ipv4, by: Mac, who?: string): string {
  const whose = who === undefined ? "" : `, which ${who} was to get`;
  return `${by} answers at ${address}${whose}: it is set aside for an hour.`;
}

/** What a request's event holds: the packet, and how it was read. */
export function heardDetail({ packet, asker, ask }: Request): Record<string, unknown> {
  return {
    ...packetDetail(packet),
    asker: asker.is,
    ...("firmware" in asker && asker.firmware ? { firmware: asker.firmware } : {}),
    ...(ask.is === "boot-server" ? { port: 4011 } : {}),
  };
}

export function answerDetail({ reply, to, trial }: Answer, { ask }: Request): Record<string, unknown> {
  return {
    ...packetDetail(reply),
    to: `${to.address}:${to.port}`,
    ...(ask.is === "boot-server" ? { port: 4011 } : {}),
    ...(trial ? { netboot: true, ...trial } : {}),
  };
}

/** A packet's fields for the timeline; strangers' words are made printable. */
export function packetDetail(packet: Packet): Record<string, unknown> {
  const { known, unknown } = packet.options;
  const names = Object.keys(known) as (keyof typeof OPTIONS)[];
  return {
    message: messageName(known.messageType ?? 0),
    xid: xidWords(packet),
    seconds: packet.seconds,
    flags: packet.flags,
    ...addresses(packet),
    ...(packet.file.length > 0 ? { file: printable(latin1(packet.file)) } : {}),
    ...words(known),
    options: [...names.map((name) => OPTIONS[name].code), ...unknown.keys()],
  };
}

export const xidWords = ({ xid }: Packet): string => xid.toString(16).padStart(8, "0");

function addresses(packet: Packet): Record<string, string> {
  const fields = (["ciaddr", "yiaddr", "siaddr", "giaddr"] as const).filter(
    (field) => packet[field] !== ANY4,
  );
  return Object.fromEntries(fields.map((field) => [field, packet[field]]));
}

function words(known: Packet["options"]["known"]): Record<string, unknown> {
  return {
    ...(known.architectures ? { architectures: known.architectures } : {}),
    ...(known.vendorClass ? { vendorClass: printable(known.vendorClass) } : {}),
    ...(known.askedFor ? { asksFor: [...known.askedFor] } : {}),
    ...(known.userClass ? { userClass: printable(latin1(known.userClass)) } : {}),
    ...(known.hostName ? { hostName: printable(known.hostName) } : {}),
    ...(known.machineId ? { machineId: hex(known.machineId.subarray(0, 17)) } : {}),
    ...(known.clientId ? { clientId: hex(known.clientId.subarray(0, 32)) } : {}),
    ...(known.requestedAddress ? { wanted: known.requestedAddress } : {}),
    ...(known.serverId ? { server: known.serverId } : {}),
    ...(known.bootFile ? { bootFile: printable(known.bootFile) } : {}),
    ...(known.relayAgent ? { relayAgent: hex(known.relayAgent.subarray(0, 64)) } : {}),
  };
}

const MOST_HEX = 600;

export function flawDetail(bytes: Uint8Array, at: number): Record<string, unknown> {
  return { at, bytes: bytes.length, hex: hex(bytes.subarray(0, MOST_HEX)) };
}

export const flawWords = (from: string, flaw: string, bytes: number): string =>
  `A packet of ${size(bytes)} from ${from} cannot be read: ${flaw}.`;
