import { fixed } from "../../src/boot/udp-calls.ts";

/** Packets made once and patched, so that the load costs less than who is measured. */
export function openClients(relay: Uint8Array, server: Uint8Array) {
  const packet = fixed(300);
  const { all, view } = packet;
  all.set([1, 1, 6, 1]); // a request by Ethernet, one relay passed
  all.set(relay, 24);
  view.setUint32(236, 0x63_82_53_63);
  let xid = Math.floor(performance.now()) * 65_536;
  const addresses = new Map<number, number>(); // of each client, and back
  const owners = new Map<number, number>();
  const patch = (client: number, id: number, ...options: readonly (readonly number[])[]) => {
    view.setUint32(4, id);
    all.set([0x52, 0x54, 0, client >> 16, client >> 8, client], 28);
    const text = options.flat();
    all.fill(0, 240);
    all.set(text, 240);
    return { at: packet.at, length: all.length };
  };
  return {
    newXid: () => {
      xid = (xid + 1) >>> 0;
      return xid;
    },
    discover: (client: number, id: number) => patch(client, id, [53, 1, 1], ASKED, END),
    request: (client: number, id: number, address: number) =>
      patch(client, id, [53, 1, 3], [50, 4, ...bytesOf(address)], [54, 4, ...server], ASKED, END),
    read: (bytes: Uint8Array) => {
      const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const type = bytes[240] === 53 ? bytes[242] : typeIn(bytes);
      return { xid: head.getUint32(4), address: head.getUint32(16), is: KINDS[type ?? 0] };
    },
    /** Whether this address is the client's, as before if it had one, and nobody else's. */
    has: (client: number, address: number): boolean => {
      const isOthers = (owners.get(address) ?? client) !== client;
      owners.delete(addresses.get(client) ?? 0);
      owners.set(address, client);
      addresses.set(client, address);
      return !isOthers;
    },
  };
}

const END = [255];
const ASKED = [55, 4, 1, 3, 6, 51];
const KINDS: readonly ("offer" | "ack" | undefined)[] = [
  undefined,
  undefined,
  "offer",
  undefined,
  undefined,
  "ack",
];
const bytesOf = (address: number) => [24, 16, 8, 0].map((bits) => (address >> bits) & 255);

function typeIn(bytes: Uint8Array): number | undefined {
  for (let at = 240; at < bytes.length && bytes[at] !== 255; at += bytes[at] === 0 ? 1 : 2 + bytes[at + 1]!)
    if (bytes[at] === 53) return bytes[at + 2];
  return undefined;
}
