import { endianness } from "node:os";
import koffi from "koffi";
import { type Ipv4, ipv4Number } from "../base/ipv4.ts";

const libc = koffi.load("libc.so.6");
const socketCall = libc.func("int socket(int family, int type, int protocol)");
const bindCall = libc.func("int bind(int fd, const void *address, unsigned int length)");
const optionCall = libc.func(
  "int setsockopt(int fd, int level, int name, const void *value, unsigned int length)",
);
const epollCall = libc.func("int epoll_create1(int flags)");
const watchCall = libc.func("int epoll_ctl(int epoll, int what, int fd, const void *event)");
// numbers instead of buffers where it is called for each packet: the bytes never move
const waitCall = libc.func("int epoll_wait(int epoll, uintptr_t events, int most, int withinMs)");
// and what they return fits an int here, which needs no memory of its own
const receiveCall = libc.func(
  "int recvfrom(int fd, uintptr_t into, size_t most, int flags, uintptr_t sender, uintptr_t length)",
);
const sendCall = libc.func("int sendmsg(int fd, uintptr_t message, int flags)");
const closeCall = libc.func("int close(int fd)"); // Node's own keeps books, and these are not in them
const readCall = libc.func("intptr_t read(int fd, void *into, size_t count)");
const writeCall = libc.func("intptr_t write(int fd, const void *bytes, size_t count)");
const yieldCall = libc.func("int sched_yield()");
const wakerCall = libc.func("int eventfd(unsigned int start, int flags)");

const [AF_INET, SOCK_DGRAM, NONBLOCK, CLOEXEC] = [2, 2, 0o4000, 0o2000000];
const [SOL_SOCKET, SO_SNDBUF] = [1, 7];
const [EPOLL_CTL_ADD, EPOLLIN] = [1, 1];
const [SOL_UDP, UDP_SEGMENT] = [17, 103];
const SEND_BUFFER_BYTES = 1 << 20; // a window of the largest blocks, and one before it still on its way
const SOCKADDR_BYTES = 16;
const [INBOX_BYTES, ACK_BYTES] = [2048, 4]; // acknowledgements and errors are short
export const MOST_PARTS = 128; // 64 segments of a head and a block each: what every kernel with them takes

/** The structures below are those of 64-bit little-endian Linux: both of Debian's that machines are run with. */
export const hasUdpCalls = (): boolean =>
  ["x64", "arm64"].includes(process.arch) && process.platform === "linux" && endianness() === "LE";

/** Memory that never moves, with its address. */
export type Fixed = { readonly view: DataView; readonly all: Uint8Array; readonly at: number };
export function fixed(bytes: number): Fixed {
  const all = new Uint8Array(new SharedArrayBuffer(bytes));
  return { view: new DataView(all.buffer), all, at: addressOf(all) };
}
export const addressOf = (bytes: Uint8Array): number =>
  bytes.length === 0 ? 0 : Number(koffi.address(bytes));

/** Ends another thread's wait. Not closed here. */
export function openWaker(): { fd: number; wake: () => void; close: () => void } {
  const fd = checked(wakerCall(0, NONBLOCK | CLOEXEC), "eventfd");
  const one = new Uint8Array(BigUint64Array.of(1n).buffer);
  return { fd, wake: () => void writeCall(fd, one, one.length), close: () => closeFd(fd) };
}

export const drain = (waker: number): void => void readCall(waker, new Uint8Array(8), 8);
/** Whoever waits for this core has it first. */
export const giveWay = (): void => void yieldCall();
export const closeFd = (fd: number): void => void closeCall(fd);

/** A UDP socket with a port of its own on this address. */
export function openPort(address: Ipv4): number {
  const fd = checked(socketCall(AF_INET, SOCK_DGRAM | NONBLOCK | CLOEXEC, 0), "socket");
  try {
    const buffer = Int32Array.of(SEND_BUFFER_BYTES);
    optionCall(fd, SOL_SOCKET, SO_SNDBUF, buffer, 4); // what the kernel allows; less is no error
    checked(bindCall(fd, sockaddr(address, 0).all, SOCKADDR_BYTES), "bind");
    return fd;
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}

export const sockaddr = (address: Ipv4, port: number): Fixed => named(fixed(SOCKADDR_BYTES), address, port);

/** The same place in memory names another. */
export function named(name: Fixed, address: Ipv4, port: number): Fixed {
  name.view.setUint16(0, AF_INET, true);
  name.view.setUint16(2, port);
  name.view.setUint32(4, ipv4Number(address));
  return name;
}

/** Many sockets, one wait. */
export function openWatch() {
  const fd = checked(epollCall(CLOEXEC), "epoll_create1");
  // packed on x86-64 only (epoll_ctl(2))
  const [size, dataAt] = process.arch === "x64" ? [12, 4] : [16, 8];
  const most = 64;
  const events = fixed(size * most);
  return {
    add: (one: number) => {
      const event = new Uint8Array(size);
      new DataView(event.buffer).setUint32(0, EPOLLIN, true);
      new DataView(event.buffer).setInt32(dataAt, one, true);
      checked(watchCall(fd, EPOLL_CTL_ADD, one, event), "epoll_ctl");
    },
    /** How many are ready, `at` tells which. Closing a socket takes it out. */
    wait: (withinMs: number): number => waitCall(fd, events.at, most, withinMs),
    at: (index: number): number => events.view.getInt32(index * size + dataAt, true),
    close: () => closeFd(fd),
  };
}

/** One packet at a time. */
export function openInbox() {
  const bytes = fixed(INBOX_BYTES);
  const short = bytes.all.subarray(0, ACK_BYTES); // nearly all that come: not made anew for each
  const sender = fixed(SOCKADDR_BYTES);
  const length = fixed(4);
  return {
    /** The packet, valid until the next; nothing when none is there, or the socket had an error to tell. */
    receive: (fd: number): Uint8Array | undefined => {
      length.view.setUint32(0, SOCKADDR_BYTES, true);
      const count = receiveCall(fd, bytes.at, INBOX_BYTES, 0, sender.at, length.at);
      if (count === ACK_BYTES) return short;
      return count < 0 ? undefined : bytes.all.subarray(0, count);
    },
    /** Its sender, as in `sockaddr`. */
    sender,
    isFrom: ({ view }: Fixed): boolean =>
      view.getUint16(2) === sender.view.getUint16(2) && view.getUint32(4) === sender.view.getUint32(4),
    port: (): number => sender.view.getUint16(2),
  };
}

/** sendmsg(2) with its parts where they lie, and with UDP_SEGMENT (udp(7)) where they are several packets. */
export function openOutbox() {
  const parts = fixed(MOST_PARTS * 16); // struct iovec
  const control = fixed(24); // struct cmsghdr with a number of 16 bits
  const message = fixed(56); // struct msghdr
  control.view.setUint32(0, 18, true);
  control.view.setInt32(8, SOL_UDP, true);
  control.view.setInt32(12, UDP_SEGMENT, true);
  message.view.setUint32(8, SOCKADDR_BYTES, true);
  setPointer(message.view, 16, parts.at);
  setPointer(message.view, 32, control.at);
  return {
    part: (index: number, at: number, bytes: number) => {
      setPointer(parts.view, index * 16, at);
      parts.view.setUint32(index * 16 + 8, bytes, true);
    },
    /** With `segmentBytes` the kernel cuts what is sent into packets of that length. */
    send: (fd: number, to: Fixed, count: number, segmentBytes = 0): boolean => {
      setPointer(message.view, 0, to.at);
      message.view.setUint32(24, count, true);
      message.view.setUint32(40, segmentBytes > 0 ? 24 : 0, true);
      control.view.setUint16(16, segmentBytes, true);
      return sendCall(fd, message.at, 0) >= 0;
    },
    errno: (): number => koffi.errno(),
  };
}

function setPointer(view: DataView, at: number, address: number): void {
  view.setUint32(at, address >>> 0, true);
  view.setUint32(at + 4, Math.floor(address / 2 ** 32), true);
}

function checked(result: number, call: string): number {
  if (result < 0) throw new Error(`${call} failed: errno ${koffi.errno()}`);
  return result;
}
