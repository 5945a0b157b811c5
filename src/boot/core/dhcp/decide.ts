import { ANY4, BROADCAST4, contains, type Ipv4 } from "../../../base/ipv4.ts";
import type { Network, Segment } from "../segment.ts";
import type { Trial } from "../strategy/way-finder.ts";
import { architectureWords } from "./architectures.ts";
import { serverIdFor } from "./network.ts";
import type { Packet } from "./packet.ts";
import { acknowledgement, type Booting, refusal } from "./reply.ts";
import { MESSAGES, type Request } from "./request.ts";

/** What the leases answered to the request. */
export type Outcome =
  | { readonly is: "kept"; readonly address: Ipv4; readonly seconds?: number } // offered or bound, as was asked
  | { readonly is: "empty" } // no address is left
  | { readonly is: "crowded" } // few are left, and too many strangers want one
  | { readonly is: "in-use" } // others answer at each that was looked at
  | { readonly is: "taken" }
  | { readonly is: "unoffered" } // free, but nothing is known of it and this machine
  | { readonly is: "not-its-own" } // given back or refused by whom it does not belong to
  | { readonly is: "outside" } // in our subnet perhaps, but not in the pool
  | { readonly is: "noted" }; // a release, a decline, or nothing to keep

export type Facts = Booting & {
  readonly segment: Segment;
  readonly network: Network;
  readonly outcome: Outcome;
};

export type Answer = {
  readonly do: "answer";
  readonly reply: Packet;
  readonly to: { readonly address: Ipv4; readonly port: number };
  readonly trial: Trial | undefined;
};

/** Not answering has a reason, always. */
export type Decision =
  | Answer
  | { readonly do: "other-server"; readonly server: Ipv4 }
  | { readonly do: "silence"; readonly because: string };

export const [SERVER_PORT, CLIENT_PORT] = [67, 68];

/** Pure: what the leases said is among the facts, and whoever calls sends. */
export function decide(request: Request, facts: Facts): Decision {
  const { ask, packet, asker } = request;
  const { segment, outcome } = facts;
  if (asker.is === "unserved") return silence(noLoaderFor(asker.architecture));
  switch (ask.is) {
    case "discover":
      if (outcome.is !== "kept") return silence(noOffer(outcome, segment.name));
      return answer(request, facts, acknowledgement(request, facts, MESSAGES.offer, outcome.address));
    case "inform":
      if (!contains(facts.network.subnet, packet.ciaddr))
        return silence(`it says that it has ${packet.ciaddr}, which is in no subnet of ${segment.name}`);
      return answer(request, facts, acknowledgement(request, facts, MESSAGES.ack, undefined));
    case "release":
      return silence(`it gives ${ask.address} back${itsOwn(outcome)}`);
    case "decline":
      if (outcome.is === "not-its-own") return silence(`it refuses ${ask.address}${itsOwn(outcome)}`);
      return silence(`it says that ${ask.address} is in use already; the address is set aside`);
    case "select":
      if (!isOurs(segment, packet, ask.server)) return { do: "other-server", server: ask.server };
      return confirm(request, facts, ask.wanted);
    case "reboot":
    case "renew":
      return confirm(request, facts, ask.wanted);
    case "boot-server":
      return silence("boot servers are asked on port 4011");
  }
}

export const isOurs = ({ subnet }: Pick<Segment, "subnet">, packet: Packet, server: Ipv4): boolean =>
  server === subnet.address || server === serverIdFor({ subnet }, packet);

export const noLoaderFor = (architecture: number): string =>
  `it asks for loaders of ${architectureWords(architecture)}, and there is none here`;

function noOffer({ is }: Outcome, segment: string): string {
  if (is === "crowded")
    return `few addresses are left in the pool of ${segment}, and too many new machines ask`;
  if (is === "in-use")
    return `others use the addresses of ${segment} that were to be offered; it may ask again`;
  return `no address is left in the pool of ${segment}`;
}

const itsOwn = ({ is }: Outcome): string => (is === "not-its-own" ? ", which is not its own: refused" : "");

/**
 * RFC 2131 4.3.2: a wrong network or somebody else's address is refused, so that the client starts anew at
 * once, and so is a chosen one that we did not offer; an address of our network that we know nothing of
 * earns silence, for another server may have given it.
 */
function confirm(request: Request, facts: Facts, wanted: Ipv4): Decision {
  const { segment, network, outcome } = facts;
  if (!contains(network.subnet, wanted))
    return answer(request, facts, refusal(request, segment, `${wanted} is not of this network`));
  if (outcome.is === "taken")
    return answer(request, facts, refusal(request, segment, `${wanted} belongs to another machine`));
  if (outcome.is === "unoffered" && request.ask.is === "select")
    return answer(request, facts, refusal(request, segment, `${wanted} was not offered to it`));
  if (outcome.is === "unoffered") return silence(`${wanted} is not known here as its address`);
  if (outcome.is !== "kept") return silence(`${wanted} is not in the pool of ${segment.name}`);
  return answer(
    request,
    facts,
    acknowledgement(request, facts, MESSAGES.ack, outcome.address, outcome.seconds),
  );
}

export const silence = (because: string): Decision => ({ do: "silence", because });

/**
 * A client without an address hears only broadcasts: nothing can resolve an address that it does not have
 * yet. A relay listens on the server's port (RFC 2131 4.1).
 */
export function answer({ packet }: Request, { trial }: Booting, reply: Packet): Answer {
  const refused = reply.options.known.messageType === MESSAGES.nak;
  const used = refused ? undefined : trial;
  if (packet.giaddr !== ANY4)
    return { do: "answer", reply, to: { address: packet.giaddr, port: SERVER_PORT }, trial: used };
  const address = packet.ciaddr !== ANY4 && !refused ? packet.ciaddr : BROADCAST4;
  return { do: "answer", reply, to: { address, port: CLIENT_PORT }, trial: used };
}
