import { hex, printable } from "../../../base/text.ts";
import { askerWords } from "../dhcp/client.ts";
import { type Answer6, addressesIn } from "./decide.ts";
import { MESSAGES6, messageName6 } from "./message.ts";
import { OPTIONS6, type Options6 } from "./options.ts";
import type { Ask6, Request6 } from "./request.ts";

/** One sentence for people. `who` is the machine's name, its MAC or its address. */
export function heardWords6(who: string, { ask, asker, assumed, message }: Request6): string {
  const guess = assumed ? "; it does not say its architecture, UEFI x64 is assumed" : "";
  const [address = "an address"] = addressesIn(message.options.known);
  return `${who} ${ASKS[ask].replace("{}", address)} (DHCPv6, ${askerWords(asker)}${guess}).`;
}

const ASKS: Readonly<Record<Ask6, string>> = {
  solicit: "asks for an IPv6 address",
  request: "chooses {}",
  confirm: "asks whether {} is of this link",
  renew: "asks to keep {}",
  rebind: "asks anybody to keep {}",
  release: "gives {} back",
  decline: "refuses {}: somebody uses it",
  "information-request": "has an IPv6 address and asks for the rest",
};

export function answerWords6(who: string, { type, options }: Answer6): string {
  const [address] = options.ias?.flatMap((ia) => ia.addresses).filter((one) => one.validSeconds > 0) ?? [];
  const failed = [options.status, ...(options.ias ?? []).map(({ status }) => status)].find((s) => s?.code);
  const verb = type === MESSAGES6.advertise ? "was offered" : "has";
  const loads = options.bootFileUrl && `loads ${options.bootFileUrl}`;
  if (address) return `${who} ${verb} ${address.address}${loads ? ` and ${loads}` : ""}.`;
  if (failed) return `${who} was refused: ${failed.says}.`;
  return `${who} ${loads ?? `was told: ${options.status?.says ?? "what it asked for"}`}.`;
}

/** The names differ from DHCPv4's, so that no reader takes one for the other. */
const messageWords6 = (type: number): string =>
  `DHCPv6 ${messageName6(type)?.toUpperCase() ?? `type ${type}`}`;

/** What a request's event holds: the message, and how it was read. */
export function heardDetail6(request: Request6): Record<string, unknown> {
  const { message, relays, asker, from } = request;
  return {
    message: messageWords6(message.type),
    xid: xidWords6(message.xid),
    from,
    ...(relays.length > 0 ? { relays: relays.map(({ link, peer }) => ({ link, peer })) } : {}),
    ...optionWords(message.options.known),
    options: [
      ...codesOf(message.options.known),
      ...message.options.unknown.slice(0, 64).map(([code]) => code),
    ],
    asker: asker.is,
    ...("firmware" in asker && asker.firmware ? { firmware: asker.firmware } : {}),
  };
}

export function answerDetail6({ type, xid, options }: Answer6, to: string): Record<string, unknown> {
  const names = { message: messageWords6(type), xid: xidWords6(xid), to };
  return { ...names, ...optionWords(options), options: codesOf(options) };
}

export function silentDetail6({ message }: Request6, because: string): Record<string, unknown> {
  return { message: messageWords6(message.type), xid: xidWords6(message.xid), because };
}

export const otherWords6 = (who: string): string => `${who} chose another DHCPv6 server.`;

export function otherDetail6({ message, server = new Uint8Array() }: Request6): Record<string, unknown> {
  const names = { message: messageWords6(message.type), xid: xidWords6(message.xid) };
  return { ...names, server: `DUID ${hex(server.subarray(0, 32))}` };
}

const xidWords6 = (xid: number): string => xid.toString(16).padStart(6, "0");

const codesOf = (known: Options6): number[] =>
  (Object.keys(known) as (keyof typeof OPTIONS6)[]).map((name) => OPTIONS6[name].code);

function optionWords(known: Options6): Record<string, unknown> {
  const addresses = addressesIn(known).slice(0, 8);
  const classes = known.vendorClasses?.flatMap((one) => one.classes).slice(0, 4);
  return {
    ...(known.clientId ? { duid: hex(known.clientId.subarray(0, 32)) } : {}),
    ...(addresses.length > 0 ? { addresses } : {}),
    ...(known.architectures ? { architectures: known.architectures.slice(0, 8) } : {}),
    ...(classes?.length ? { vendorClass: printable(classes.join(" ")) } : {}),
    ...(known.userClass?.length ? { userClass: printable(known.userClass.join(" ")) } : {}),
    ...(known.bootFileUrl ? { bootFile: printable(known.bootFileUrl) } : {}),
  };
}
