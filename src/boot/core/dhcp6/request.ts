import { sameBytes } from "../../../base/bytes.ts";
import { ANY6, type Ipv6, isLinkLocal } from "../../../base/ipv6.ts";
import type { Mac } from "../../../base/mac.ts";
import { flaw, ok, type Read } from "../../../base/read.ts";
import { hex } from "../../../base/text.ts";
import { type Asker6, askerOf6 } from "./client.ts";
import { macInDuid, macOfRelay, ownerByDuid } from "./duid.ts";
import { macInAddress } from "./eui64.ts";
import { type Datagram6, type MessageName, messageName6 } from "./message.ts";

/** Whether each kind of message must, may or must not name its client and its server (RFC 8415 16). */
const NAMES = {
  solicit: { client: true, server: false },
  request: { client: true, server: true },
  confirm: { client: true, server: false },
  renew: { client: true, server: true },
  rebind: { client: true, server: false },
  release: { client: true, server: true },
  decline: { client: true, server: true },
  "information-request": { client: "may", server: "may" },
} as const satisfies Partial<Record<MessageName, { client: true | "may"; server: boolean | "may" }>>;

export type Ask6 = keyof typeof NAMES;

export type Request6 = Datagram6 &
  Asker6 & {
    readonly ask: Ask6;
    readonly mac: Mac | undefined;
    readonly owner: string; // whose lease it is: the MAC, else what the client calls itself
    readonly from: Ipv6; // the client's own address, past all relays
    readonly link: Ipv6 | undefined; // as a relay says it
    readonly server: Uint8Array | undefined;
  };

/** `neighbour` is whom the kernel knows at the source address. */
export function readRequest6(datagram: Datagram6, source: Ipv6, neighbour?: Mac): Read<Request6> {
  const { message, relays } = datagram;
  const { known } = message.options;
  const ask = messageName6(message.type);
  if (ask === undefined || !(ask in NAMES))
    return flaw(`message type ${message.type} is not one of a client`);
  const { client, server } = NAMES[ask as Ask6];
  if (client === true && known.clientId === undefined) return flaw("it does not name its client (option 1)");
  if (server === true && known.serverId === undefined) return flaw("it does not name a server (option 2)");
  if (server === false && known.serverId !== undefined) return flaw("it names a server (option 2)");
  const from = relays.at(-1)?.peer ?? source;
  const mac = macOf(datagram, from, neighbour);
  const owner = mac ?? ownerByDuid(hex(known.clientId ?? new Uint8Array()));
  const link = relays.map((relay) => relay.link).findLast((one) => one !== ANY6 && !isLinkLocal(one));
  return ok({
    ...datagram,
    ...askerOf6(known),
    ask: ask as Ask6,
    mac,
    owner,
    from,
    link,
    server: known.serverId,
  });
}

/** The most certain first: a DUID may hold the MAC of another card of the machine. */
function macOf({ message, relays }: Datagram6, from: Ipv6, neighbour: Mac | undefined): Mac | undefined {
  const { linkLayerAddress } = relays.at(-1)?.options.known ?? {};
  const told = linkLayerAddress && macOfRelay(linkLayerAddress);
  const duid = message.options.known.clientId;
  return told ?? macInAddress(from) ?? neighbour ?? (duid && macInDuid(duid));
}

export const isFor = ({ server }: Request6, duid: Uint8Array): boolean =>
  server === undefined || sameBytes(server, duid);
