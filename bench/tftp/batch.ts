import koffi from "koffi";
import { fixed } from "../../src/boot/udp-calls.ts";

const libc = koffi.load("libc.so.6");
const receiveCall = libc.func(
  "int recvmmsg(int fd, uintptr_t messages, unsigned int most, int flags, void *no)",
);
const [MOST, MSG_WAITFORONE] = [64, 0x10000];
const [MESSAGE_BYTES, PAGE_BYTES] = [64, 2048]; // struct mmsghdr; a packet

/** A whole window in one call: the client must not be what is measured. Waits for the first packet only. */
export function openBatch() {
  const messages = fixed(MOST * MESSAGE_BYTES);
  const parts = fixed(MOST * 16); // struct iovec
  const pages = fixed(MOST * PAGE_BYTES);
  for (let i = 0; i < MOST; i += 1) {
    parts.view.setBigUint64(i * 16, BigInt(pages.at + i * PAGE_BYTES), true);
    parts.view.setUint32(i * 16 + 8, PAGE_BYTES, true);
    messages.view.setBigUint64(i * MESSAGE_BYTES + 16, BigInt(parts.at + i * 16), true);
    messages.view.setUint32(i * MESSAGE_BYTES + 24, 1, true);
  }
  return {
    parts, // pointed to by the kernel's structures only: not for the collector
    receive: (fd: number): number => receiveCall(fd, messages.at, MOST, MSG_WAITFORONE, null),
    packet: (index: number): Uint8Array => {
      const from = index * PAGE_BYTES;
      return pages.all.subarray(from, from + messages.view.getUint32(index * MESSAGE_BYTES + 56, true));
    },
  };
}
