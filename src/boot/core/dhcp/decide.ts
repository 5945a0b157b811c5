import { ANY4, BROADCAST4, contains, type Ipv4 } from "../../../base/ipv4.ts";
import type { Bootable, Segment } from "../segment.ts";
import type { Packet } from "./packet.ts";
import { acknowledgement, refusal } from "./reply.ts";
import { MESSAGES, type Request } from "./request.ts";

/** What the leases answered to the request. */
export type Outcome =
  | { readonly is: "kept"; readonly address: Ipv4 } // offered or bound, as was asked
  | { readonly is: "empty" } // no address is left
  | { readonly is: "taken" }
  | { readonly is: "outside" } // in our subnet perhaps, but not in the pool
  | { readonly is: "noted" }; // a release, a decline, or nothing to keep

export type Facts = {
  readonly segment: Segment;
  readonly machine: Bootable | undefined;
  readonly outcome: Outcome;
};

/** Not answering has a reason, always. */
export type Decision =
  | { readonly do: "answer"; readonly reply: Packet; readonly to: { address: Ipv4; port: number } }
  | { readonly do: "other-server"; readonly server: Ipv4 }
  | { readonly do: "silence"; readonly because: string };

export const [SERVER_PORT, CLIENT_PORT] = [67, 68];

/** Pure: what the leases said is among the facts, and whoever calls sends. */
export function decide(request: Request, facts: Facts): Decision {
  const { ask, packet } = request;
  const { segment, outcome } = facts;
  const ours = segment.subnet.address;
  if (packet.giaddr !== ANY4 && !contains(segment.subnet, packet.giaddr))
    return silence(`the relay ${packet.giaddr} is not in our subnet`);
  switch (ask.is) {
    case "discover":
      if (outcome.is !== "kept") return silence(`no address is left in the pool of ${segment.name}`);
      return answer(request, acknowledgement(request, facts, MESSAGES.offer, outcome.address));
    case "inform":
      return answer(request, acknowledgement(request, facts, MESSAGES.ack, undefined));
    case "release":
      return silence(`it gives ${ask.address} back`);
    case "decline":
      return silence(`it says that ${ask.address} is in use already; the address is set aside`);
    case "select":
      if (ask.server !== ours) return { do: "other-server", server: ask.server };
      return confirm(request, facts, ask.wanted);
    case "reboot":
    case "renew":
      return confirm(request, facts, ask.wanted);
  }
}

/**
 * RFC 2131 4.3.2: a wrong network or somebody else's address is refused, so that the client starts anew at
 * once; an address of our network that we know nothing of earns silence, for another server may have given
 * it.
 */
function confirm(request: Request, facts: Facts, wanted: Ipv4): Decision {
  const { segment, outcome } = facts;
  if (!contains(segment.subnet, wanted))
    return answer(request, refusal(request, segment, `${wanted} is not of this network`));
  if (outcome.is === "taken")
    return answer(request, refusal(request, segment, `${wanted} belongs to another machine`));
  if (outcome.is !== "kept") return silence(`${wanted} is not in the pool of ${segment.name}`);
  return answer(request, acknowledgement(request, facts, MESSAGES.ack, outcome.address));
}

const silence = (because: string): Decision => ({ do: "silence", because });

/**
 * A client without an address hears only broadcasts: nothing can resolve an address that it does not have
 * yet.
 */
function answer({ packet }: Request, reply: Packet): Decision {
  const refused = reply.options.known.messageType === MESSAGES.nak;
  if (packet.giaddr !== ANY4)
    return { do: "answer", reply, to: { address: packet.giaddr, port: SERVER_PORT } };
  const address = packet.ciaddr !== ANY4 && !refused ? packet.ciaddr : BROADCAST4;
  return { do: "answer", reply, to: { address, port: CLIENT_PORT } };
}
