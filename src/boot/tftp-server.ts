import { createSocket, type Socket } from "node:dgram";
import { type Address, isIpv6 } from "../base/address.ts";
import { reason } from "../base/fault.ts";
import { withoutTokens } from "../base/private-path.ts";
import { printable } from "../base/text.ts";
import { duration, size } from "../base/units.ts";
import type { Clients } from "./clients.ts";
import { cleanPath } from "./core/http-request.ts";
import { toNetascii } from "./core/tftp/netascii.ts";
import { ERRORS, readTftp, type TftpRequest, writeError } from "./core/tftp/packet.ts";
import { mayEcho } from "./core/tftp/stranger.ts";
import { agree, largestBlock, type Terms } from "./core/tftp/terms.ts";
import type { Flaws } from "./flaws.ts";
import { loopTransfers } from "./loop-transfers.ts";
import { noteOf } from "./note.ts";
import { closeUdp, faultOf, mtuOf, numericLookup } from "./sockets.ts";
import { type NoSource, type Source, sourceFor } from "./source.ts";
import { dgramTransfers } from "./tftp-transfer.ts";
import type { Ended, Running, Transfers } from "./transfers.ts";
import type { BootWorld, Client } from "./world.ts";

const PORT = 69;
const [MOST_TRANSFERS, MOST_PER_CLIENT] = [512, 32];
const MOST_NETASCII_BYTES = 1024 * 1024; // converted whole, in memory

/** TFTP of one segment at one of our addresses: read-only, each client in its own file tree. */
export async function openTftp(
  world: BootWorld,
  clients: Clients,
  flaws: Flaws,
  port = PORT,
  transfers: Transfers = loopTransfers(dgramTransfers()),
  address: Address = world.segment.subnet.address,
) {
  const family = isIpv6(address) ? "ipv6" : "ipv4";
  const mostBlockBytes = largestBlock(mtuOf(world.segment.interface), family);
  const type = family === "ipv6" ? "udp6" : "udp4";
  const socket = createSocket({ type, lookup: numericLookup, recvBufferSize: 1 << 20 });
  const send: Desk["send"] = (bytes, to) => socket.send(bytes, to.port, to.address, () => {});
  const desk = { world, clients, flaws, transfers, at: address, port, mostBlockBytes, send };
  const { take, shut, over, stop } = answerTftp(desk);
  socket.on("message", (bytes, from) => void take(bytes, from));
  await listen(socket, world, { address, port });
  let [stopped, closed] = [false, false];
  const close = async () => {
    shut();
    if (closed) return;
    closed = true;
    await closeUdp(socket);
  };
  return {
    port: socket.address().port,
    /** Hears no more requests; ends when the last transfer has. */
    leave: async () => {
      await close();
      await over();
      if (!stopped) await transfers.stop();
    },
    stop: async () => {
      stopped = true;
      await close();
      await stop();
      await transfers.stop();
    },
  };
}

type From = { readonly address: string; readonly port: number };
type Desk = {
  readonly world: BootWorld;
  readonly clients: Clients;
  readonly flaws: Flaws;
  readonly transfers: Transfers;
  readonly at: Address; // ours
  readonly port: number;
  readonly mostBlockBytes: number;
  readonly send: (bytes: Uint8Array, to: From) => void;
};

/** Takes what comes to port 69; settles when the transfer has begun, or is refused, or the packet is passed over. */
export function answerTftp(desk: Desk) {
  const { clients, flaws, port } = desk;
  const latest = new Map<string, Living>(); // by the client's address and port
  const living = new Set<Living>();
  let [isShut, isStopped] = [false, false];
  const take = async (bytes: Uint8Array, from: From): Promise<void> => {
    const packet = readTftp(bytes);
    if (!packet.ok) return flaws.add(`${from.address} on port ${port}`, packet.flaw, bytes, packet.at);
    if (mayEcho(from.port))
      return flaws.add(from.address, `it comes from port ${from.port}, which no client has`, bytes, 0);
    if (packet.value.is !== "read" && packet.value.is !== "write")
      return flaws.add(`${from.address} on port ${port}`, `it is no request (${packet.value.is})`, bytes, 0);
    const key = `${from.address}:${from.port}`;
    const same = latest.get(key);
    if (same && same.request === requestKey(packet.value) && same.running?.askedAgain() !== false) return;
    const asked: Asked = { ...desk, from, request: packet.value };
    const entry: Living = { request: requestKey(packet.value), address: from.address };
    const busy = tooMany(living, from.address);
    if (busy) {
      const client = await clients.at(from.address);
      return client && refuse(asked, client, busy);
    }
    latest.set(key, entry);
    living.add(entry);
    await new Promise<void>((begun) => {
      entry.done = serve(asked, clients, (started) => {
        entry.running = started;
        if (isStopped) started.stop(); // it was still looking for its file
        begun();
      })
        .catch((error: unknown) => isShut || flaws.add(from.address, reason(error), bytes, 0))
        .finally(() => {
          living.delete(entry);
          if (latest.get(key) === entry) latest.delete(key);
          begun();
        });
    });
  };
  return {
    take,
    /** From now on it is no flaw that an answer cannot be sent. */
    shut: () => {
      isShut = true;
    },
    /** Settles when the last transfer has ended. */
    over: () => Promise.all([...living].map((entry) => entry.done)),
    stop: async () => {
      isStopped = true;
      const running = [...living].flatMap((entry) => entry.running ?? []);
      for (const transfer of running) transfer.stop();
      await Promise.all(running.map((transfer) => transfer.ended));
    },
  };
}

type Living = {
  readonly request: string;
  readonly address: string;
  running?: Running;
  done?: Promise<unknown>;
};
type Asked = Desk & { readonly from: From; readonly request: TftpRequest };
type No = { readonly code: number; readonly because: string };

const requestKey = ({ is, file, mode, options }: TftpRequest): string =>
  JSON.stringify([is, file, mode, ...options]);

function tooMany(living: ReadonlySet<Living>, address: string): No | undefined {
  const its = [...living].filter((entry) => entry.address === address).length;
  if (living.size < MOST_TRANSFERS && its < MOST_PER_CLIENT) return undefined;
  return { code: ERRORS.other, because: "too many transfers at once" };
}

async function serve(asked: Asked, clients: Clients, started: (running: Running) => void): Promise<void> {
  const { world, from, request } = asked;
  const client = await clients.at(from.address);
  if (client === undefined) return;
  const path = cleanPath(request.file);
  if (request.is === "write")
    return refuse(asked, client, { code: ERRORS.access, because: "writing is not served" });
  if (request.mode !== "octet" && request.mode !== "netascii")
    return refuse(asked, client, {
      code: ERRORS.illegal,
      because: `mode ${printable(request.mode)} is unknown`,
    });
  const found = await sourceFor(world, client, path);
  if (found.is !== "ready") return refuse(asked, client, refusalOf(found));
  try {
    const source = request.mode === "octet" ? found : await asNetascii(found);
    if (source === undefined)
      return refuse(asked, client, { code: ERRORS.illegal, because: "too large for netascii, use octet" });
    await transfer(asked, client, source, started);
  } finally {
    await found.close();
  }
}

async function transfer(asked: Asked, client: Client, source: Source, started: (running: Running) => void) {
  const { world, from, request, mostBlockBytes } = asked;
  const options = new Map(request.options);
  if (request.mode === "netascii") options.delete("windowsize");
  const { terms, answer } = agree(options, source.bytes, { mostBlockBytes });
  const began = performance.now();
  const path = cleanPath(request.file);
  const detail = {
    ...requestDetail(request),
    bytes: source.bytes,
    blockBytes: terms.blockBytes,
    window: terms.window,
  };
  const note = noteOf(world, client);
  note("tftp.began", (who) => `${who} begins to load ${shown(path)} by TFTP.`, detail);
  const running = await asked.transfers.start({
    from: asked.at,
    to: from,
    source,
    terms,
    answer,
  });
  started(running);
  const ended = await running.ended;
  const ms = performance.now() - began;
  note("tftp.ended", (who) => endWords(who, shown(path), ended, terms, ms), {
    ...detail,
    ms: Math.round(ms),
    resentBlocks: ended.resent,
    outcome: ended.at === "done" ? (ended.confirmed ? "whole" : "whole, last ACK missing") : ended.why,
    ...(ended.because ? { because: printable(ended.because) } : {}),
  });
  if (ended.at === "done") world.transferred?.(client, path, source.bytes);
}

function endWords(who: string, file: string, ended: Ended, { bytes }: Terms, ms: number): string {
  if (ended.at === "done") {
    const again = ended.resent > 0 ? `, ${ended.resent} blocks repeated` : "";
    return `${who} loaded ${file} by TFTP: ${size(bytes)} in ${duration(ms)}${again}.`;
  }
  const because = ended.because ? ` (${printable(ended.because)})` : "";
  switch (ended.why) {
    case "probe":
      return `${who} asked how large ${file} is: ${size(bytes)}. It breaks off after that, which is normal.`;
    case "refused":
      return `The transfer of ${file} to ${who} was broken off after ${duration(ms)}${because}.`;
    case "silence":
      return `The transfer of ${file} to ${who} was given up: nothing heard for a long time.`;
  }
}

function refuse({ send, from, request, world }: Asked, client: Client, { code, because }: No): void {
  send(writeError(code, because), from);
  const file = shown(cleanPath(request.file));
  const detail = { ...requestDetail(request), error: code, because };
  noteOf(world, client)("tftp.refused", (who) => `${who} did not get ${file} by TFTP: ${because}.`, detail);
}

function refusalOf({ is, because }: NoSource): No {
  const code = { missing: ERRORS.missing, refused: ERRORS.access, failed: ERRORS.other }[is];
  return { code, because };
}

/** A path as events tell it. */
const shown = (path: string): string => printable(withoutTokens(path));

const requestDetail = ({ file, mode, options }: TftpRequest) => ({
  file: shown(file),
  mode: printable(mode),
  options: Object.fromEntries(
    [...options].slice(0, 8).map(([name, value]) => [printable(name), printable(value)]),
  ),
});

async function asNetascii(source: Source): Promise<Source | undefined> {
  if (source.bytes > MOST_NETASCII_BYTES) return undefined;
  const bytes = toNetascii(await source.read(0, source.bytes));
  return { ...source, bytes: bytes.length, held: bytes, read: async (from, to) => bytes.subarray(from, to) };
}

function listen(
  socket: Socket,
  { segment }: BootWorld,
  at: { address: Address; port: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(faultOf(error, { interface: segment.interface, ...at }));
    socket.once("error", failed);
    socket.bind({ ...at, exclusive: true }, () => {
      socket.off("error", failed);
      socket.on("error", () => {}); // a failed send names itself; the socket stays
      resolve();
    });
  });
}
