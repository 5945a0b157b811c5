import { createSocket } from "node:dgram";

/**
 * A DHCP relay (RFC 1542 4.1) behind which an iPXE ROM looks like one that is not: QEMU has no other for
 * BIOS. What the first xid says is the ROM's and loses options 175 and 77; an iPXE that it loaded has a new one.
 */
const [near = "", server = "", mac = ""] = process.argv.slice(2);
const [SERVER_PORT, CLIENT_PORT, REPLY] = [67, 68, 2];
const [HOPS, XID, GIADDR, CHADDR, OPTIONS] = [3, 4, 24, 28, 240];
const [PAD, END, USER_CLASS, IPXE, UNUSED] = [0, 255, 77, 175, 224];

const socket = createSocket("udp4");
let ofRom: number | undefined;
socket.on("message", (packet) => {
  if (packet.length < OPTIONS) return;
  if (packet[0] === REPLY) {
    socket.send(packet, CLIENT_PORT, "255.255.255.255");
    return;
  }
  if (packet.subarray(CHADDR, CHADDR + 6).toString("hex") !== mac.replaceAll(":", "")) return;
  ofRom ??= packet.readUInt32BE(XID);
  if (packet.readUInt32BE(XID) === ofRom) disguise(packet);
  packet[HOPS]! += 1;
  packet.set(near.split(".").map(Number), GIADDR);
  socket.send(packet, SERVER_PORT, server);
});
socket.bind(SERVER_PORT, () => {
  socket.setBroadcast(true);
  process.stdout.write("relaying\n");
});

function disguise(packet: Buffer): void {
  for (let at = OPTIONS; at < packet.length && packet[at] !== END; ) {
    if (packet[at] === PAD) {
      at += 1;
      continue;
    }
    if (packet[at] === IPXE || packet[at] === USER_CLASS) packet[at] = UNUSED;
    at += 2 + (packet[at + 1] ?? 0);
  }
}
