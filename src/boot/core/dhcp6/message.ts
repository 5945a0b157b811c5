import { bigEndian, bigEndianBytes, join } from "../../../base/bytes.ts";
import { type Ipv6, ipv6Bytes, ipv6Of } from "../../../base/ipv6.ts";
import { flaw, must, ok, type Read } from "../../../base/read.ts";
import { nameOptions6, type Options6, type OptionsHeard6, writeOptions6 } from "./options.ts";
import { readTlvs } from "./tlv.ts";

/** RFC 8415 7.3 */
export const MESSAGES6 = {
  solicit: 1,
  advertise: 2,
  request: 3,
  confirm: 4,
  renew: 5,
  rebind: 6,
  reply: 7,
  release: 8,
  decline: 9,
  "information-request": 11,
} as const;
export type MessageName = keyof typeof MESSAGES6;
export const messageName6 = (type: number): MessageName | undefined =>
  (Object.keys(MESSAGES6) as MessageName[]).find((name) => MESSAGES6[name] === type);

export type Message6 = { readonly type: number; readonly xid: number; readonly options: OptionsHeard6 };
/** What one relay wrapped around a message (RFC 8415 9). */
export type Relay = {
  readonly hops: number;
  readonly link: Ipv6; // of the subnet that the message came from, or ::
  readonly peer: Ipv6; // who sent it to the relay
  readonly options: OptionsHeard6;
};
/** A message with its relays, the one nearest to us first. */
export type Datagram6 = { readonly message: Message6; readonly relays: readonly Relay[] };

const [RELAY_FORWARD, RELAY_REPLY] = [12, 13];
const MOST_RELAYS = 8; // HOP_COUNT_LIMIT (RFC 8415 7.6)
const [HEAD_BYTES, RELAY_HEAD_BYTES] = [4, 34];

export function readDatagram6(bytes: Uint8Array): Read<Datagram6> {
  const relays: Relay[] = [];
  let inner = bytes;
  while (inner[0] === RELAY_FORWARD) {
    if (relays.length === MOST_RELAYS) return flaw(`it came through more than ${MOST_RELAYS} relays`);
    const relay = readRelay(inner);
    if (!relay.ok) return relay;
    const { relayMessage } = relay.value.options.known;
    if (relayMessage === undefined) return flaw("a relay forwards no message (option 9)");
    relays.push(relay.value);
    inner = relayMessage;
  }
  const message = readMessage(inner);
  return message.ok ? ok({ message: message.value, relays }) : message;
}

function readMessage(bytes: Uint8Array): Read<Message6> {
  if (bytes.length < HEAD_BYTES) return flaw(`a message wants ${HEAD_BYTES} bytes, has ${bytes.length}`);
  const options = readTlvs(bytes.subarray(HEAD_BYTES));
  if (!options.ok) return flaw(options.flaw, options.at + HEAD_BYTES);
  const [type, xid] = [bytes[0]!, bigEndian(bytes.subarray(1, HEAD_BYTES))];
  return ok({ type, xid, options: nameOptions6(options.value) });
}

function readRelay(bytes: Uint8Array): Read<Relay> {
  if (bytes.length < RELAY_HEAD_BYTES)
    return flaw(`a relay's head wants ${RELAY_HEAD_BYTES} bytes, has ${bytes.length}`);
  const options = readTlvs(bytes.subarray(RELAY_HEAD_BYTES));
  if (!options.ok) return flaw(options.flaw, options.at + RELAY_HEAD_BYTES);
  const [link, peer] = [bytes.subarray(2, 18), bytes.subarray(18, RELAY_HEAD_BYTES)].map((part) =>
    must(ipv6Of(part)),
  );
  return ok({ hops: bytes[1]!, link: link!, peer: peer!, options: nameOptions6(options.value) });
}

/** A reply goes back through the same relays, each told which of its interfaces to take (RFC 8415 19.3). */
export function writeReply6(
  { type, xid, options }: { readonly type: number; readonly xid: number; readonly options: Options6 },
  relays: readonly Relay[],
): Uint8Array {
  const message = join([Uint8Array.of(type), bigEndianBytes(xid, 4).subarray(1), writeOptions6(options)]);
  return relays.reduceRight<Uint8Array>((relayMessage, { hops, link, peer, options: { known } }) => {
    const { interfaceId } = known;
    const told = writeOptions6({ relayMessage, ...(interfaceId ? { interfaceId } : {}) });
    return join([Uint8Array.of(RELAY_REPLY, hops), ipv6Bytes(link), ipv6Bytes(peer), told]);
  }, message);
}
