import { ANY4, type Ipv4 } from "../../../base/ipv4.ts";
import { mayEcho } from "../tftp/stranger.ts";
import { answer, type Decision, isOurs, noLoaderFor, silence } from "./decide.ts";
import { unfitReturn } from "./network.ts";
import { type Booting, bootServerAnswer, proxyAnswer } from "./reply.ts";
import { MESSAGES, type Request } from "./request.ts";

export const BOOT_SERVER_PORT = 4011;

/** Port 67 beside another server: what to load, never an address. */
export function decideProxy(request: Request, facts: Booting): Decision {
  const { ask, packet, asker } = request;
  if (ask.is === "select" && !isOurs(facts.segment, packet, ask.server))
    return { do: "other-server", server: ask.server };
  if (ask.is === "decline" || ask.is === "release")
    return silence("addresses are the other server's, this one leases none");
  if (asker.is === "unserved") return silence(noLoaderFor(asker.architecture));
  if (facts.trial === undefined) return silence("it is no netboot client, and addresses are not leased here");
  switch (ask.is) {
    case "discover":
      return answer(request, facts, proxyAnswer(request, facts, MESSAGES.offer));
    case "inform":
      return answer(request, facts, proxyAnswer(request, facts, MESSAGES.ack));
    default:
      return silence("addresses are the other server's, this one leases none");
  }
}

/** Bit 15 of a boot item's layer asks for a signature (BIS, PXE 2.1 3.3), which nobody here makes. */
const BIS = 0x80;

/** Port 4011 (PXE 2.1 2.2.6): answered from there, to wherever it came from. */
export function decideBootServer(request: Request, facts: Booting, from: Source): Decision {
  const { ask, asker, packet } = request;
  const unfit = unfitReturn(facts.segment, { ...packet, ciaddr: from.address });
  if (unfit !== undefined) return silence(unfit);
  if (mayEcho(from.port)) return silence(`it asks from port ${from.port}, where whatever comes is answered`);
  if (asker.is === "unserved") return silence(noLoaderFor(asker.architecture));
  if (facts.trial === undefined) return silence("it is no netboot client");
  if (ask.is === "boot-server" && ask.item && (ask.item[2]! & BIS) !== 0)
    return silence("it wants a signed boot item (BIS), which is not served");
  return { ...answer(request, facts, bootServerAnswer(request, facts)), to: from };
}

type Source = { readonly address: Ipv4; readonly port: number };

/** Whose address a request names, seen by all: how a proxy learns who is who. */
export function addressNamed({ ask, packet }: Request): Ipv4 | undefined {
  if (ask.is === "select" || ask.is === "reboot" || ask.is === "renew") return ask.wanted;
  return packet.ciaddr === ANY4 ? undefined : packet.ciaddr;
}
