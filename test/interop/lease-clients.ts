import { createSocket, type Socket } from "node:dgram";
import type { Ipv4 } from "../../src/base/ipv4.ts";
import type { Ipv6 } from "../../src/base/ipv6.ts";
import { type Mac, macBytes, readMac } from "../../src/base/mac.ts";
import { must } from "../../src/base/read.ts";
import { readPacket, writePacket } from "../../src/boot/core/dhcp/packet.ts";
import { MESSAGES } from "../../src/boot/core/dhcp/request.ts";
import { duidOf } from "../../src/boot/core/dhcp6/duid.ts";
import { addressOfMac } from "../../src/boot/core/dhcp6/eui64.ts";
import { MESSAGES6, readDatagram6, writeReply6 } from "../../src/boot/core/dhcp6/message.ts";
import { packetOf } from "../support/dhcp-requests.ts";
import { HOST6 } from "../support/dhcp6-requests.ts";

/** A relay with new machines behind it, one after another for ever: a line for each lease that was acknowledged. */
const [RELAY, SERVER, SERVER6] = ["10.8.0.1" as Ipv4, "10.9.0.1" as Ipv4, "2001:db8:9::1" as Ipv6];
const LINK = { address: "2001:db8:9::2" as Ipv6, prefix: 64 };
const LINK_LOCAL = { address: "fe80::" as Ipv6, prefix: 64 };
const [RELAY_FORWARD, EVERY_MS] = [12, 4];

const macs = new Map<number, Mac>(); // by xid
let next = 0;
const tell = (mac: Mac | undefined, address: string) => process.stdout.write(`${mac} ${address}\n`);
const open = (type: "udp4" | "udp6", port: number, address: string): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = createSocket(type).on("error", () => {}); // nobody is there for a while after each kill
    socket.bind(port, address, () => resolve(socket));
  });

const four = await open("udp4", 67, RELAY);
const six = await open("udp6", 547, LINK.address);
const ask = (xid: number, mac: Mac, known: Parameters<typeof packetOf>[0]) =>
  four.send(writePacket(packetOf(known, { xid, giaddr: RELAY, chaddr: macBytes(mac) })), 67, SERVER);

four.on("message", (bytes) => {
  const { xid, yiaddr, options } = must(readPacket(bytes));
  const { messageType, serverId } = options.known;
  if (messageType === MESSAGES.ack) return tell(macs.get(xid), yiaddr);
  const choice = { messageType: MESSAGES.request, requestedAddress: yiaddr };
  if (messageType === MESSAGES.offer)
    ask(xid, macs.get(xid)!, { ...choice, ...(serverId ? { serverId } : {}) });
});
six.on("message", (bytes) => {
  bytes[0] = RELAY_FORWARD; // the same shape, going the other way
  const { message } = must(readDatagram6(bytes));
  const address = message.options.known.ias?.[0]?.addresses[0]?.address;
  if (message.type === MESSAGES6.reply && address) tell(macs.get(message.xid), address);
});

setInterval(() => {
  next += 1;
  const tail = [next >> 16, next >> 8, next].map((byte) => (byte & 255).toString(16).padStart(2, "0"));
  const mac = must(readMac(`52:54:00:${tail.join(":")}`));
  macs.set(next, mac);
  ask(next, mac, { messageType: MESSAGES.discover });
  const options = { ...HOST6, clientId: duidOf(mac), rapidCommit: true as const };
  const relay = { hops: 0, link: LINK.address, peer: addressOfMac(LINK_LOCAL, mac) };
  const solicit = { type: MESSAGES6.solicit, xid: next, options };
  const bytes = writeReply6(solicit, [{ ...relay, options: { known: {}, unknown: [] } }]);
  bytes[0] = RELAY_FORWARD;
  six.send(bytes, 547, SERVER6);
}, EVERY_MS);
