import { EMPTY } from "../../../base/bytes.ts";
import { ANY4, broadcastOf, contains, type Ipv4, ipv4Of, networkOf } from "../../../base/ipv4.ts";
import { hex } from "../../../base/text.ts";
import type { Network, Segment } from "../segment.ts";
import type { Packet } from "./packet.ts";

const [LINK_SELECTION, SERVER_OVERRIDE] = [5, 11];

/** From option 82: the client's link (RFC 3527 3), and whose name we are to take (RFC 5107 4). */
export type RelayWords = { readonly link?: Ipv4; readonly serverId?: Ipv4 };

const NO_WORDS: RelayWords = {};

/** A malformed rest is passed over: it goes back as it came all the same. */
export function relayWords(option: Uint8Array = EMPTY): RelayWords {
  if (option.length === 0) return NO_WORDS;
  const found = new Map<number, Ipv4>();
  for (let at = 0; at + 2 <= option.length; at += 2 + option[at + 1]!) {
    const value = ipv4Of(option.subarray(at + 2, at + 2 + option[at + 1]!));
    if (value.ok) found.set(option[at]!, value.value);
  }
  const [link, serverId] = [found.get(LINK_SELECTION), found.get(SERVER_OVERRIDE)];
  return { ...(link ? { link } : {}), ...(serverId ? { serverId } : {}) };
}

const [CIRCUIT, REMOTE] = [1, 2];

/** What a client is behind: a relay, and where that one tells it its circuit (RFC 3046 3.1, 3.2). */
export function portOf({ giaddr, options: { known } }: Packet): string {
  const { relayAgent: option = EMPTY } = known;
  let port: string = giaddr;
  for (let at = 0; at + 2 <= option.length; at += 2 + option[at + 1]!)
    if (option[at] === CIRCUIT || option[at] === REMOTE)
      port += ` ${hex(option.subarray(at + 2, at + 2 + option[at + 1]!))}`;
  return port;
}

/**
 * Why an answer must not go where the packet says: to many, to ourselves, or to a client of another network.
 * Both addresses are the sender's to make up.
 */
export function unfitReturn(
  { subnet }: Pick<Segment, "subnet">,
  { giaddr, ciaddr }: Packet,
): string | undefined {
  for (const address of [giaddr, ciaddr]) {
    if (address === ANY4) continue;
    const first = Number(address.split(".", 1));
    const toMany = first === 0 || first === 127 || first >= 224 || address === broadcastOf(subnet);
    if (toMany || address === networkOf(subnet)) return `it says to answer to ${address}, which is no host's`;
    if (address === subnet.address) return `it says to answer to ${address}, which is this server`;
  }
  return undefined;
}

/** The subnet that the client is on: what is said of its link goes before the relay's own address. */
export function networkFor(segment: Segment, packet: Packet): Network | { readonly because: string } {
  const { relayAgent, subnetSelection } = packet.options.known;
  const said = relayWords(relayAgent).link ?? subnetSelection;
  if (said === undefined && packet.giaddr === ANY4) return networkOfRenewing(segment, packet.ciaddr);
  const link = said ?? packet.giaddr;
  const network = networksOf(segment).find(({ subnet }) => contains(subnet, link));
  return network ?? { because: `${link}, where it asks from, is in no subnet of ${segment.name}` };
}

/** Who renews asks us directly, past its relay. */
function networkOfRenewing(segment: Segment, ciaddr: Ipv4): Network {
  return networksOf(segment).find(({ subnet }) => contains(subnet, ciaddr)) ?? segment;
}

export const networksOf = (segment: Segment): readonly Network[] => [segment, ...(segment.relayed ?? [])];

/** How we name ourselves to this client. */
export const serverIdFor = ({ subnet }: Pick<Segment, "subnet">, { options: { known } }: Packet): Ipv4 =>
  relayWords(known.relayAgent).serverId ?? subnet.address;
