import { ANY6, contains6, type Ipv6 } from "../../../base/ipv6.ts";
import { noLoaderFor } from "../dhcp/decide.ts";
import type { Ipv6Service, Network6 } from "../segment.ts";
import { type Ia, STATUS, type Status } from "./codecs.ts";
import { addressOfMac } from "./eui64.ts";
import type { Facts6, Outcome6 } from "./facts.ts";
import { MESSAGES6 } from "./message.ts";
import type { Options6 } from "./options.ts";
import { bootOptions, lent, notLent } from "./reply.ts";
import { isFor, type Request6 } from "./request.ts";

export type Answer6 = {
  readonly do: "answer";
  readonly type: number;
  readonly xid: number;
  readonly options: Options6;
};
/** Not answering has a reason, always. */
export type Decision6 =
  | Answer6
  | { readonly do: "other-server" }
  | { readonly do: "silence"; readonly because: string };

/** The subnet that the client is on: what its nearest relay says of its link, else the segment's own. */
export function networkFor6(
  service: Ipv6Service,
  { link }: Request6,
): Network6 | { readonly because: string } {
  if (link === undefined) return service;
  const found = [service, ...(service.relayed ?? [])].find(({ subnet }) => contains6(subnet, link));
  return found ?? { because: `${link}, where it asks from, is in no subnet of this segment` };
}

/** Nothing, when the request is one that addresses and boot data are to be found for. */
export function refused6(request: Request6, { mode }: Ipv6Service, duid: Uint8Array): Decision6 | undefined {
  const { asker } = request;
  if (!isFor(request, duid)) return { do: "other-server" };
  if (asker.is === "unserved") return silence(noLoaderFor(asker.architecture));
  if (mode === "lease") return undefined;
  const because = "it is no netboot client, and addresses are not leased here";
  return isForOthers(request, duid) ? silence(because) : undefined;
}

/**
 * Where others lease: what hosts ask all servers, or one of the others. Firmware that gives its address back
 * does not say what it is, and waits for the answer, but it names us.
 */
export function isForOthers(request: Request6, duid: Uint8Array): boolean {
  return request.asker.is === "plain" && (request.server === undefined || !isFor(request, duid));
}

/** The address that a card makes itself in the subnet: how firmware is given one where nobody leases. */
export function outcomeByMac({ mac, message, ask }: Request6, { subnet }: Network6): Outcome6 {
  if (mac === undefined) return { is: "empty" };
  const own = addressOfMac(subnet, mac);
  const [wanted = own] = addressesIn(message.options.known);
  if (ask === "release" || ask === "decline") return { is: "noted", own: wanted === own };
  return ask === "solicit" || wanted === own
    ? { is: "kept", address: own }
    : { is: "foreign", address: wanted };
}

/** Pure: what the leases said is among the facts, and whoever calls sends. */
export function decide6(request: Request6, facts: Facts6): Decision6 {
  const { ask } = request;
  switch (ask) {
    case "solicit":
      return solicited(request, facts);
    case "request":
    case "renew":
    case "rebind":
      return confirmed(request, facts);
    case "confirm":
      return judged(request, facts);
    case "release":
      return takenBack(request, facts, "the address is given back");
    case "decline":
      return takenBack(request, facts, "the address is set aside");
    case "information-request":
      if (request.asker.is === "plain" && !facts.service.nameServers?.length)
        return silence("it asks for what is not known here");
      return reply(request, facts, bootOptions(request, facts));
  }
}

function solicited(request: Request6, facts: Facts6): Decision6 {
  const { known } = request.message.options;
  const wantsAddress = known.ias !== undefined;
  if (wantsAddress && facts.outcome.is !== "kept") return silence("no address is to be had for it here");
  const options = { ...leased(request, facts), ...bootOptions(request, facts) };
  if (known.rapidCommit && isQuick(request)) return reply(request, facts, { ...options, rapidCommit: true });
  // 255: the client waits for no other offer (RFC 8415 18.2.1), which saves EDK2 its first 5 s
  const first = request.asker.is === "plain" ? {} : { preference: 255 };
  return { ...reply(request, facts, { ...options, ...first }), type: MESSAGES6.advertise };
}

/** Both sides can do with two messages instead of four (RFC 8415 18.3.1). */
export const isQuick = ({ message, ask }: Request6): boolean =>
  ask === "solicit" && message.options.known.rapidCommit === true;

/** RFC 8415 18.3.2, 18.3.4, 18.3.5; only a rebinding comes to servers that it is not meant for. */
function confirmed(request: Request6, facts: Facts6): Decision6 {
  const { outcome } = facts;
  if (request.ask === "rebind" && outcome.is !== "kept")
    return silence("what it asks to keep is not from here: another server may have given it");
  return reply(request, facts, { ...leased(request, facts), ...bootOptions(request, facts) });
}

/** RFC 8415 18.3.3: whether the addresses are of this link; whose they are is not the question. */
function judged(request: Request6, facts: Facts6): Decision6 {
  const addresses = addressesIn(request.message.options.known);
  if (addresses.length === 0) return silence("it asks after no address");
  const fits = addresses.every((address) => contains6(facts.network.subnet, address));
  const status = fits
    ? { code: STATUS.success, says: "all addresses are of this link" }
    : { code: STATUS.notOnLink, says: "an address is not of this link" };
  return reply(request, facts, { status });
}

/** The first IA is served; a client interface needs no second address (RFC 8415 18.3.2 lets us say so). */
function leased(request: Request6, { outcome, service }: Facts6): Options6 {
  const { ias } = request.message.options.known;
  if (ias === undefined) return {};
  const [first, ...others] = ias;
  const none: Status = { code: STATUS.noAddresses, says: "one address for each machine" };
  return {
    ias: [
      ...(first
        ? [
            outcome.is === "kept"
              ? lent(first, outcome.address, service.leaseSeconds)
              : refusedIa(request, first),
          ]
        : []),
      ...others.map((one) => notLent(one, none)),
    ],
  };
}

function refusedIa({ ask }: Request6, one: Ia): Ia {
  if (ask === "renew") return notLent(one, { code: STATUS.noBinding, says: "not from here, or no longer" });
  return notLent(one, { code: STATUS.noAddresses, says: "no address is to be had" });
}

/** RFC 8415 18.3.7, 18.3.8: success all the same, and for what was not ours no binding. */
function takenBack(request: Request6, facts: Facts6, says: string): Decision6 {
  const { outcome } = facts;
  const status = { code: STATUS.success, says };
  if (outcome.is === "noted" && outcome.own) return reply(request, facts, { status });
  const none: Status = { code: STATUS.noBinding, says: "not from here" };
  const ias = (request.message.options.known.ias ?? []).map((one) => notLent(one, none));
  return reply(request, facts, { status, ias });
}

export const addressesIn = ({ ias = [] }: Options6): readonly Ipv6[] =>
  ias.flatMap(({ addresses }) => addresses.map(({ address }) => address)).filter((one) => one !== ANY6);

function reply({ message }: Request6, { duid }: Facts6, options: Options6): Answer6 {
  const { clientId } = message.options.known;
  const ids = { ...(clientId ? { clientId } : {}), serverId: duid };
  return { do: "answer", type: MESSAGES6.reply, xid: message.xid, options: { ...ids, ...options } };
}

export const silence = (because: string): Decision6 => ({ do: "silence", because });
