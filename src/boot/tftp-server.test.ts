import { createSocket, type Socket } from "node:dgram";
import { afterEach, describe, expect, test } from "vitest";
import type { Observed } from "../base/event.ts";
import type { Ipv4 } from "../base/ipv4.ts";
import { must } from "../base/read.ts";
import { knownClients } from "./clients.ts";
import { memoryLeases } from "./core/leases.ts";
import { readTftp, type TftpPacket, writeAck, writeError, writeRequest } from "./core/tftp/packet.ts";
import { flawEvents } from "./flaws.ts";
import { loopTransfers } from "./loop-transfers.ts";
import { openTftp } from "./tftp-server.ts";
import { dgramTransfers } from "./tftp-transfer.ts";
import type { Transfers } from "./transfers.ts";
import type { BootWorld } from "./world.ts";

const HERE = "127.0.0.1" as Ipv4;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Both ways of carrying transfers keep every promise below. */
const CARRIERS: Record<string, () => Transfers> = {
  "by dgram": dgramTransfers,
  "by the thread": () => loopTransfers(nobody, { waitFromBytes: 0 }),
};
const nobody: Transfers = {
  start: () => Promise.reject(new Error("the thread did not take it")),
  stop: async () => {},
};

for (const [how, carrier] of Object.entries(CARRIERS)) describe(how, () => promises(carrier));

async function service(bytes: Uint8Array, carrier: () => Transfers) {
  const events: Observed[] = [];
  const sent: string[] = [];
  const leases = memoryLeases({ from: HERE, to: HERE }, () => 0);
  const world: BootWorld = {
    segment: {
      name: "test",
      interface: "lo",
      subnet: { address: HERE, prefix: 8 },
      pool: { from: HERE, to: HERE },
      answerSolicitations: false,
      leaseSeconds: 60,
    },
    leases,
    machineOf: () => undefined,
    fileFor: (_, path) =>
      path === "f" ? { is: "bytes", bytes } : { is: "missing", because: "there is no such file" },
    transferred: (_, path) => sent.push(path),
    observe: (event) => events.push(event),
    now: Date.now,
  };
  const tftp = await openTftp(world, knownClients(leases), flawEvents(world), 0, carrier());
  closing.push(tftp.stop);
  return { port: tftp.port, events, sent };
}

type Heard = { readonly packet: TftpPacket; readonly port: number };
/** A client that keeps what it hears until somebody asks for it. */
async function client() {
  const socket: Socket = createSocket("udp4");
  const heard: Heard[] = [];
  let look: (() => void) | undefined;
  socket.on("message", (bytes, { port }) => {
    heard.push({ packet: must(readTftp(bytes)), port });
    look?.();
  });
  await new Promise<void>((resolve) => socket.bind(0, HERE, resolve));
  closing.push(() => new Promise((resolve) => socket.close(() => resolve())));
  const hears = async (): Promise<Heard> => {
    while (heard.length === 0)
      await new Promise<void>((resolve) => {
        look = resolve;
      });
    return heard.shift()!;
  };
  return { hears, say: (bytes: Uint8Array, port: number) => socket.send(bytes, port, HERE) };
}
const read = (file: string, options: Record<string, string> = {}) =>
  writeRequest({ is: "read", file, mode: "octet", options: new Map(Object.entries(options)) });

function promises(carrier: () => Transfers) {
  test("a request without options is answered with the first block, from a port of its own", async () => {
    const { port, sent, events } = await service(Uint8Array.of(1, 2, 3), carrier);
    const { hears, say } = await client();

    say(read("/f"), port);
    const first = await hears();
    say(writeAck(1), first.port);

    expect(first.packet).toMatchObject({ is: "data", block: 1 });
    expect(first.port).not.toBe(port);
    await expect.poll(() => sent).toEqual(["f"]);
    expect(events.map(({ kind }) => kind)).toEqual(["tftp.began", "tftp.ended"]);
  });

  test("the same request from the same port gets the same options again, from the same transfer", async () => {
    const { port } = await service(new Uint8Array(9000), carrier);
    const { hears, say } = await client();

    say(read("f", { blksize: "1024", tsize: "0" }), port);
    const first = await hears();
    say(read("f", { blksize: "1024", tsize: "0" }), port);
    const second = await hears();

    expect(second).toEqual(first);
    expect(first.packet).toMatchObject({ is: "options" });
  });

  test("an error right after the options is told as the size probe it is", async () => {
    const { port, events, sent } = await service(new Uint8Array(9000), carrier);
    const { hears, say } = await client();

    say(read("f", { tsize: "0" }), port);
    say(writeError(8, "User aborted the transfer"), (await hears()).port);

    await expect
      .poll(() => events.at(-1))
      .toMatchObject({ kind: "tftp.ended", detail: { outcome: "probe" } });
    expect(events.at(-1)!.says).toContain("which is normal");
    expect(sent).toEqual([]);
  });

  test("a stranger's packet gets error 5 and does not disturb the transfer", async () => {
    const { port } = await service(new Uint8Array(600), carrier);
    const [one, two] = [await client(), await client()];

    one.say(read("f"), port);
    const first = await one.hears();
    two.say(writeAck(1), first.port);
    const refused = await two.hears();
    one.say(writeAck(1), first.port);
    const second = await one.hears();

    expect(refused.packet).toMatchObject({ is: "error", code: 5 });
    expect(second.packet).toMatchObject({ is: "data", block: 2 });
  });

  test("a missing file gets error 1, and the 33rd transfer of one client is refused", async () => {
    const { port, events } = await service(new Uint8Array(600), carrier);
    const { hears, say } = await client();

    say(read("none"), port);
    expect((await hears()).packet).toMatchObject({ is: "error", code: 1 });
    for (let i = 0; i < 33; i += 1) say(read("f", { [`x${i}`]: "1" }), port);

    const refused = () => events.filter(({ says }) => says.includes("too many transfers at once"));
    await expect.poll(() => refused().length).toBe(1);
  });

  test("stopping ends the transfers that run", async () => {
    const { port, events } = await service(new Uint8Array(600), carrier);
    const { hears, say } = await client();
    say(read("f"), port);
    await hears();

    await closing.shift()!();

    expect(events.at(-1)).toMatchObject({ kind: "tftp.ended", detail: { because: "the server stops" } });
  });
}
