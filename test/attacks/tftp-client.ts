import { createSocket } from "node:dgram";
import { readTftp, type TftpPacket, writeAck, writeRequest } from "../../src/boot/core/tftp/packet.ts";
import { GOOD, HERE } from "./boot-target.ts";

export type Heard = { readonly packet: TftpPacket; readonly bytes: number; readonly port: number };

/** A client that says what it likes and keeps what it hears. */
export async function tftpClient() {
  const socket = createSocket({ type: "udp4", recvBufferSize: 1 << 20 });
  const heard: Heard[] = [];
  let look = () => {};
  socket.on("message", (bytes, { port }) => {
    const packet = readTftp(bytes);
    if (packet.ok) heard.push({ packet: packet.value, bytes: bytes.length, port });
    look();
  });
  await new Promise<void>((resolve) => socket.bind(0, HERE, resolve));
  return {
    heard,
    port: socket.address().port,
    /** Then whoever hears it has a turn: the service is in the same process. */
    say: (bytes: Uint8Array, port: number) =>
      new Promise<void>((resolve) => socket.send(bytes, port, HERE, () => setImmediate(resolve))),
    /** The next that nobody asked for yet, or nothing in that time. */
    hears: (withinMs = 3000) =>
      new Promise<Heard | undefined>((resolve) => {
        const limit = setTimeout(() => resolve(undefined), withinMs);
        look = () => {
          if (heard.length === 0) return;
          clearTimeout(limit);
          look = () => {};
          resolve(heard.shift());
        };
        look();
      }),
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}

export const asks = (file: string, options: Record<string, string> = {}): Uint8Array =>
  writeRequest({ is: "read", file, mode: "octet", options: new Map(Object.entries(options)) });

/** Whether a well-behaved client still gets its file, byte for byte: it repeats what is not answered. */
export async function isAlive(port: number): Promise<boolean> {
  const client = await tftpClient();
  const parts: Uint8Array[] = [];
  let last: () => Promise<void> = () => client.say(asks("good", { blksize: "1024", windowsize: "4" }), port);
  const say = (what: () => Promise<void>) => {
    last = what;
    return what();
  };
  try {
    await last();
    for (let tries = 0; tries < 5; ) {
      const next = await client.hears(1000);
      if (next === undefined) {
        tries += 1;
        await last();
        continue;
      }
      const { packet } = next;
      const acknowledge = () => client.say(writeAck(parts.length), next.port);
      if (packet.is === "options") await say(acknowledge);
      if (packet.is !== "data") continue;
      if (packet.block === parts.length + 1) parts.push(Uint8Array.from(packet.bytes));
      const isLast = packet.bytes.length < 1024;
      if (isLast || parts.length % 4 === 0) await say(acknowledge);
      if (isLast && packet.block === parts.length) return GOOD.equals(Buffer.concat(parts));
    }
    return false;
  } finally {
    await client.close();
  }
}
