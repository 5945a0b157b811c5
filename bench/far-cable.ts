import { openSync } from "node:fs";
import koffi from "koffi";
import { fixed } from "../src/boot/udp-calls.ts";

/**
 * A cable that carries every frame late, for kernels without netem: a process between two taps, one in each
 * namespace. argv: the pid of the other namespace, how late in milliseconds, each way.
 */
const libc = koffi.load("libc.so.6");
const enterCall = libc.func("int setns(int fd, int kind)");
const ioctlCall = libc.func("int ioctl(int fd, unsigned long request, void *argument)");
const slackCall = libc.func("int prctl(int what, unsigned long nanoseconds)");
const waitCall = libc.func("int ppoll(uintptr_t ends, unsigned long count, uintptr_t within, void *no)");
const readCall = libc.func("intptr_t read(int fd, uintptr_t into, size_t most)");
const writeCall = libc.func("intptr_t write(int fd, uintptr_t from, size_t bytes)");
const [CLONE_NEWNET, TUNSETIFF, IFF_TAP_NO_PI, PR_SET_TIMERSLACK, POLLIN] = [
  1 << 30,
  0x400454ca,
  0x1002,
  29,
  1,
];
const [O_RDWR, O_NONBLOCK] = [2, 0o4000];
const [SLOTS, SLOT_BYTES] = [1024, 2048]; // frames on their way

const [otherPid, delayWords] = process.argv.slice(2);
const delayMs = Number(delayWords);

function openTap(name: string): number {
  const fd = openSync("/dev/net/tun", O_RDWR | O_NONBLOCK);
  const request = Buffer.alloc(40); // struct ifreq
  request.write(name);
  request.writeUInt16LE(IFF_TAP_NO_PI, 16);
  if (ioctlCall(fd, TUNSETIFF, request) < 0) throw new Error(`no tap: errno ${koffi.errno()}`);
  return fd;
}

/** One direction: frames leave in the order and at the distance in which they came. */
function openWay(from: number, to: number) {
  const slots = fixed(SLOTS * SLOT_BYTES);
  const frames = Array.from({ length: SLOTS }, () => ({ bytes: 0, dueAt: 0 }));
  let [came, left] = [0, 0];
  const placeOf = (index: number) => slots.at + (index % SLOTS) * SLOT_BYTES;
  const first = () => frames[left % SLOTS]!;
  return {
    slots, // the kernel is told its address only: not for the collector
    dueAt: () => (left < came ? first().dueAt : Infinity),
    carry: () => {
      while (came - left < SLOTS) {
        const bytes = readCall(from, placeOf(came), SLOT_BYTES);
        if (bytes <= 0) break;
        Object.assign(frames[came % SLOTS]!, { bytes, dueAt: performance.now() + delayMs });
        came += 1;
      }
      for (; left < came && first().dueAt <= performance.now(); left += 1)
        writeCall(to, placeOf(left), first().bytes);
    },
  };
}

const here = openTap("s0");
if (enterCall(openSync(`/proc/${otherPid}/ns/net`, 0), CLONE_NEWNET) < 0)
  throw new Error("no way over there");
const there = openTap("c0");
slackCall(PR_SET_TIMERSLACK, 1);
const ways = [openWay(here, there), openWay(there, here)];
const ends = fixed(16); // two of struct pollfd
const within = fixed(16); // struct timespec
for (const [index, fd] of [here, there].entries()) {
  ends.view.setInt32(index * 8, fd, true);
  ends.view.setInt16(index * 8 + 4, POLLIN, true);
}
process.stdout.write("up\n");
for (;;) {
  const leftMs = Math.min(1000, ...ways.map((way) => way.dueAt() - performance.now()));
  const nanoseconds = BigInt(Math.max(0, Math.round(leftMs * 1e6)));
  within.view.setBigInt64(0, nanoseconds / 1_000_000_000n, true);
  within.view.setBigInt64(8, nanoseconds % 1_000_000_000n, true);
  waitCall(ends.at, 2, within.at, null);
  for (const way of ways) way.carry();
}
