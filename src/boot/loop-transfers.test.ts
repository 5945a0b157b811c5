import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Ipv4 } from "../base/ipv4.ts";
import { must } from "../base/read.ts";
import { readTftp, writeAck } from "./core/tftp/packet.ts";
import { loopTransfers } from "./loop-transfers.ts";
import type { Running, Transfers } from "./transfers.ts";

const HERE = "127.0.0.1" as Ipv4;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A client that takes whatever comes and acknowledges each window, as fast as it can. */
async function client(blockBytes: number, window: number) {
  const socket = createSocket({ type: "udp4", recvBufferSize: 1 << 20 });
  await new Promise<void>((resolve) => socket.bind(0, HERE, resolve));
  closing.push(() => new Promise((resolve) => socket.close(() => resolve())));
  const got: Uint8Array[] = [];
  let packets = 0;
  socket.on("message", (bytes, from) => {
    const packet = must(readTftp(bytes));
    packets += 1;
    if (packet.is !== "data" || packet.block !== ((got.length + 1) & 0xffff)) return;
    got.push(Buffer.from(packet.bytes));
    const isLast = packet.bytes.length < blockBytes;
    if (isLast || got.length % window === 0) socket.send(writeAck(got.length), from.port, from.address);
  });
  return { port: socket.address().port, content: () => Buffer.concat(got), packets: () => packets };
}

function carriers(limits: Parameters<typeof loopTransfers>[1] = { waitFromBytes: 0 }) {
  const passedOn: number[] = [];
  const running: Running = {
    ended: Promise.resolve({ at: "done", confirmed: true, resent: 0 }),
    askedAgain: () => false,
    stop: () => {},
  };
  const other: Transfers = {
    start: async ({ to }) => {
      passedOn.push(to.port);
      return running;
    },
    stop: async () => {},
  };
  const transfers = loopTransfers(other, limits);
  closing.push(transfers.stop);
  return { transfers, passedOn };
}

function assignment(port: number, bytes: Uint8Array, { blockBytes = 512, window = 1, held = true } = {}) {
  const read = async (from: number, to: number) => bytes.subarray(from, to);
  const source = { is: "ready", bytes: bytes.length, read, close: async () => {} } as const;
  return {
    from: HERE,
    to: { address: HERE, port },
    source: held ? { ...source, held: bytes } : source,
    terms: { bytes: bytes.length, blockBytes, window, firstWaitMs: 1000 },
    answer: new Map<string, string>(),
  };
}
const content = (bytes: number) =>
  Buffer.from(Uint8Array.from({ length: bytes }, (_, i) => (i * 7 + (i >> 8)) & 255));
const threads = () => readdirSync("/proc/self/task").length;

for (const [blockBytes, window, bytes] of [
  [1468, 1, 300_001],
  [1468, 32, 1468 * 700],
  [8, 64, 8 * 66_000 + 3], // block numbers wrap
  [512, 16, 0],
] as const)
  test(`${bytes} bytes arrive in blocks of ${blockBytes}, ${window} at a time, and none uncounted`, async () => {
    const { transfers } = carriers();
    const { port, content: got, packets } = await client(blockBytes, window);

    const running = await transfers.start(assignment(port, content(bytes), { blockBytes, window }));

    const ended = await running.ended;
    expect(ended).toMatchObject({ at: "done", confirmed: true });
    expect(got().equals(content(bytes))).toBe(true);
    // a machine so busy that the client is late for 20 ms gets some repeated
    await expect.poll(packets).toBe(Math.floor(bytes / blockBytes) + 1 + ended.resent);
  });

test("what is not in memory goes the other way, and so does what comes after the end", async () => {
  const { transfers, passedOn } = carriers();

  await transfers.start(assignment(1111, content(600), { held: false }));
  await transfers.stop();
  await transfers.start(assignment(2222, content(600)));

  expect(passedOn).toEqual([1111, 2222]);
});

test("what is short does not wait for the thread to start, what is long does", async () => {
  const { transfers, passedOn } = carriers({ waitFromBytes: 100_000 });
  const { port, content: got } = await client(1468, 32);

  await transfers.start(assignment(1111, content(600)));
  const { ended } = await transfers.start(
    assignment(port, content(100_000), { blockBytes: 1468, window: 32 }),
  );
  await ended;
  await transfers.start(assignment(port, content(600)));

  expect(passedOn).toEqual([1111]);
  expect(got().equals(content(100_000))).toBe(true);
});

test("a thread that no transfer waited for ends as well", async () => {
  const { transfers } = carriers({ unusedMs: 30 });
  const before = threads();

  await transfers.start(assignment(1111, content(600)));

  await expect.poll(threads, { timeout: 5000 }).toBeGreaterThan(before);
  await expect.poll(threads, { timeout: 5000 }).toBeLessThanOrEqual(before);
});

test("the thread ends when nobody used it for a while, and comes back for the next", async () => {
  const { transfers, passedOn } = carriers({ unusedMs: 30, waitFromBytes: 0 });
  const { port } = await client(512, 1);
  const before = threads();

  for (let i = 0; i < 2; i += 1) {
    const { ended, stop } = await transfers.start(assignment(port, content(100_000)));
    expect(threads()).toBeGreaterThan(before);
    stop();
    expect(await ended).toMatchObject({ at: "dead", because: "the server stops" });
    await expect.poll(threads, { timeout: 5000 }).toBeLessThanOrEqual(before);
  }
  expect(passedOn).toEqual([]);
});

test("a transfer whose address is gone ends and says why", async () => {
  const { transfers } = carriers();
  const lost = { ...assignment(9, content(600)), from: "192.0.2.1" as Ipv4 };

  const { ended } = await transfers.start(lost);

  expect(await ended).toMatchObject({ at: "dead", because: expect.stringContaining("bind failed") });
});

test("a process that exits in the middle of a transfer is gone at once", async () => {
  const script = `
    const { loopTransfers } = await import(${JSON.stringify(join(import.meta.dirname, "loop-transfers.ts"))});
    const stays = setInterval(() => {}, 1000);
    const bytes = new Uint8Array(600);
    await loopTransfers({}, { waitFromBytes: 0 }).start({ from: "127.0.0.1", to: { address: "127.0.0.1", port: 9 },
      source: { held: bytes }, terms: { bytes: 600, blockBytes: 512, window: 1, firstWaitMs: 1000 },
      answer: new Map() });
    process.stdout.write("started");
    await new Promise((resolve) => process.stdin.once("data", resolve));
    process.exit(7);`;
  const argv = ["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", script];
  const child = spawn(process.execPath, argv, { stdio: ["pipe", "pipe", "inherit"] });
  await new Promise((resolve) => child.stdout.once("data", resolve));

  const began = performance.now();
  child.stdin.write("now");
  const code = await new Promise((resolve) => child.once("exit", resolve));

  expect(code).toBe(7);
  expect(performance.now() - began).toBeLessThan(2000);
});
