import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import koffi from "koffi";
import type { Ipv4 } from "../../src/base/ipv4.ts";
import { openPort, openWatch } from "../../src/boot/udp-calls.ts";
import { openBatch } from "./batch.ts";
import { type Fetching, startFetching, type Wish } from "./fetching.ts";

/**
 * The TFTP client of all measurements: reads one line for each task, says one line for each. It runs as a
 * process of its own in the client's namespace.
 */
export type Task = { readonly wishes: readonly Wish[]; readonly withinMs: number };
export type Done = { readonly ms: number; readonly each: readonly (number | undefined)[] }; // undefined: failed

const REPEAT_MS = 1000;
const libc = koffi.load("libc.so.6");
const controlCall = libc.func("int fcntl(int fd, int command, int value)");
const optionCall = libc.func(
  "int setsockopt(int fd, int level, int name, const void *value, unsigned int n)",
);
const closeCall = libc.func("int close(int fd)");
const [F_SETFL, SOL_SOCKET, SO_RCVBUFFORCE, SO_RCVTIMEO] = [4, 1, 33, 20];
const MOST_FROM_ONE = 32; // what a server may allow to one address
const addressOf = (index: number) => `10.9.0.${200 + Math.floor(index / MOST_FROM_ONE)}` as Ipv4;

function openSocket(index: number, blocks: boolean): number {
  const fd = openPort(addressOf(index));
  optionCall(fd, SOL_SOCKET, SO_RCVBUFFORCE, Int32Array.of(4 << 20), 4);
  if (!blocks) return fd;
  controlCall(fd, F_SETFL, 0);
  optionCall(fd, SOL_SOCKET, SO_RCVTIMEO, BigInt64Array.of(BigInt(REPEAT_MS / 1000), 0n), 16);
  return fd;
}

const batch = openBatch();

/** One transfer sleeps in the socket itself: nothing stands between packet and acknowledgement. */
function fetchOne(wish: Wish, withinMs: number): Done {
  const fd = openSocket(0, true);
  const began = performance.now();
  const one = startFetching(fd, wish, readFileSync(wish.copy));
  while (!one.receive() && performance.now() - began < withinMs) one.repeat(); // where the answer comes from is known after the first packet
  while (one.state === "going" && performance.now() - began < withinMs) {
    const count = batch.receive(fd);
    if (count <= 0) one.repeat();
    for (let i = 0; i < count; i += 1) one.take(batch.packet(i));
  }
  const ms = performance.now() - began;
  closeCall(fd);
  return { ms, each: [one.state === "done" ? ms : undefined] };
}

function fetchMany(wishes: readonly Wish[], withinMs: number): Done {
  const watch = openWatch();
  const files = new Map<string, Buffer>();
  for (const { copy } of wishes) if (!files.has(copy)) files.set(copy, readFileSync(copy));
  const began = performance.now();
  const all = new Map<number, { one: Fetching; heardAt: number; ms?: number }>();
  for (const [index, wish] of wishes.entries()) {
    const fd = openSocket(index, false);
    watch.add(fd);
    all.set(fd, { one: startFetching(fd, wish, files.get(wish.copy)!), heardAt: began });
  }
  const going = () => [...all.values()].filter(({ one }) => one.state === "going");
  for (let left = going(), checkAt = 0; left.length > 0; ) {
    const ready = watch.wait(100);
    const now = performance.now();
    for (let i = 0; i < ready; i += 1) {
      const it = all.get(watch.at(i))!;
      if (!it.one.receive()) continue;
      it.heardAt = now;
      if (it.one.state !== "going") it.ms ??= performance.now() - began;
    }
    if (now < checkAt && ready > 0) continue;
    checkAt = now + 50;
    left = going();
    for (const it of left.filter(({ heardAt }) => now - heardAt >= REPEAT_MS)) {
      it.one.repeat();
      it.heardAt = now;
    }
    if (now - began > withinMs) break;
  }
  const ms = performance.now() - began;
  for (const fd of all.keys()) closeCall(fd);
  watch.close();
  return { ms, each: [...all.values()].map(({ one, ms: its }) => (one.state === "done" ? its : undefined)) };
}

process.stdout.write("ready\n");
for await (const line of createInterface(process.stdin)) {
  const { wishes, withinMs } = JSON.parse(line) as Task;
  const done = wishes.length === 1 ? fetchOne(wishes[0]!, withinMs) : fetchMany(wishes, withinMs);
  process.stdout.write(`${JSON.stringify({ ...done, each: done.each.map((ms) => ms ?? null) })}\n`);
}
