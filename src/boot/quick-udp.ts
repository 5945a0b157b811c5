import type { Socket } from "node:dgram";
import koffi from "koffi";
import { ANY4, ipv4Of } from "../base/ipv4.ts";
import type { Send } from "./carry-out.ts";
import { hasUdpCalls, named, openInbox, sockaddr } from "./udp-calls.ts";

const libc = koffi.load("libc.so.6");
const sendCall = libc.func(
  "intptr_t sendto(int fd, const void *bytes, size_t count, int flags, const void *to, unsigned int length)",
);
const SOCKADDR_BYTES = 16;
const MOST_AT_ONCE = 64; // then others of the event loop have their turn

/** One call for each answer, and nothing kept of it: Node's own send costs ten times the call itself. */
export function sendOver(fd: number): Send {
  const to = sockaddr(ANY4, 0);
  return (bytes, { address, port }, failed) => {
    const sent = sendCall(fd, bytes, bytes.length, 0, named(to, address, port).all, SOCKADDR_BYTES);
    if (sent < 0) failed(new Error(`sendto: errno ${koffi.errno()}`));
  };
}

/** Node hears of the first packet; what has come after it is fetched at once, by calls of our own. */
export function hearAll(socket: Socket, fd: number, hear: (bytes: Uint8Array, from: string) => void): void {
  const inbox = hasUdpCalls() ? openInbox() : undefined;
  socket.on("message", (first, { address }) => {
    hear(first, address);
    for (let count = 1; inbox !== undefined && count < MOST_AT_ONCE; count += 1) {
      const bytes = inbox.receive(fd);
      if (bytes === undefined) return;
      const from = ipv4Of(inbox.sender.all.subarray(4, 8));
      hear(Buffer.from(bytes), from.ok ? from.value : "");
    }
  });
}
