import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Server as NetServer } from "node:net";
import { finished } from "node:stream/promises";
import type { Address } from "../base/address.ts";
import { reason } from "../base/fault.ts";
import { rangeOf, type Span } from "../base/http-range.ts";
import { withoutTokens } from "../base/private-path.ts";
import { printable } from "../base/text.ts";
import { duration, size } from "../base/units.ts";
import type { Clients } from "./clients.ts";
import { converse } from "./converse.ts";
import { contentType, pathOf } from "./core/http-request.ts";
import { noteOf } from "./note.ts";
import { faultOf } from "./sockets.ts";
import { type NoSource, type Source, sourceFor } from "./source.ts";
import type { BootWorld, Client } from "./world.ts";

const PORT = 80;
const PIECE_BYTES = 256 * 1024; // 64 KiB pieces cost half the speed
const MOST_CONNECTIONS = 512;
const SILENT_MS = 60_000;

/** HTTP for what machines load, at one of our addresses: GET and HEAD of the client's own file tree, nothing else. */
export async function openHttp(
  world: BootWorld,
  clients: Clients,
  port = PORT,
  host: Address = world.segment.subnet.address,
) {
  let leaving = false;
  const server = createServer({ keepAliveTimeout: 5_000, headersTimeout: 10_000, requestTimeout: 30_000 });
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(SILENT_MS);
  server.on("request", (request, response) => {
    if (leaving) response.setHeader("Connection", "close"); // its next request finds whoever serves now
    void respond(world, clients, request, response);
  });
  server.on("clientError", (_, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    else socket.destroy();
  });
  await listen(server, world, { host, port });
  let closed: Promise<void> | undefined;
  /** http's own close takes a connection for idle, and cuts it, when its last bytes were only handed over. */
  const close = () => {
    closed ??= new Promise<void>((resolve) => {
      NetServer.prototype.close.call(server, () => resolve());
    }).then(() => void server.close(() => {})); // it ends its timer as well
    return closed;
  };
  return {
    port: (server.address() as { port: number }).port,
    /** Listens no more; ends when the last connection has. */
    leave: () => {
      leaving = true;
      return close();
    },
    stop: async () => {
      const ended = close();
      server.closeAllConnections();
      await ended;
    },
  };
}

function listen(server: Server, { segment }: BootWorld, at: { host: Address; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) =>
      reject(faultOf(error, { interface: segment.interface, address: at.host, port: at.port }));
    server.once("error", failed);
    server.listen({ ...at, exclusive: true }, () => {
      server.off("error", failed);
      resolve();
    });
  });
}

type Exchange = {
  readonly world: BootWorld;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly client: Client;
  readonly path: string;
  readonly began: number;
};
type Refusal = { readonly status: number; readonly because: string };

async function respond(
  world: BootWorld,
  clients: Clients,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const began = performance.now();
  const client = await clients.at(request.socket.remoteAddress ?? "").catch(() => undefined);
  const path = pathOf(request.url ?? "");
  // it hung up already, or the leases are out of reach
  if (client === undefined) return refuse(response, 403);
  const exchange = { world, request, response, client, path: path.ok ? path.value : "", began };
  const conversation = path.ok ? world.converse?.(client, request.method ?? "", path.value) : undefined;
  if (conversation !== undefined)
    return converse(conversation, request, response).catch(() => response.destroy());
  if (request.method !== "GET" && request.method !== "HEAD")
    return decline(exchange, { status: 405, because: "only GET and HEAD are answered" });
  if (!path.ok) return decline(exchange, { status: 400, because: path.flaw });

  const source = await sourceFor(world, client, path.value);
  if (source.is !== "ready") return decline(exchange, refusalOf(source));
  try {
    await deliver(exchange, source);
  } finally {
    await source.close();
  }
}

function refusalOf({ is, because }: NoSource): Refusal {
  return { status: { missing: 404, refused: 403, failed: 500 }[is], because };
}

async function deliver(exchange: Exchange, source: Source): Promise<void> {
  const { request, response, path } = exchange;
  const span = rangeOf(request.headers.range, source.bytes);
  if (!span.ok) {
    response.setHeader("Content-Range", `bytes */${source.bytes}`);
    return decline(exchange, { status: 416, because: span.flaw });
  }
  const { from, to } = span.value;
  const partial = to - from < source.bytes;
  response.writeHead(partial ? 206 : 200, {
    "Content-Type": contentType(path),
    "Content-Length": to - from,
    "Accept-Ranges": "bytes",
    ...(partial ? { "Content-Range": `bytes ${from}-${to - 1}/${source.bytes}` } : {}),
  });
  const wanted = request.method === "HEAD" ? { from, to: from } : span.value;
  let stopped: string | undefined;
  try {
    if (source.held) await sendHeld(response, source.held.subarray(wanted.from, wanted.to));
    else await sendSpan(response, source, wanted);
  } catch (error) {
    stopped = reason(error);
    response.destroy();
  }
  report(exchange, wanted, stopped);
  if (stopped === undefined && !partial && request.method === "GET")
    exchange.world.transferred?.(exchange.client, path, source.bytes);
}

/** One piece, one call: streams cost a third of the speed. The memory is in use until the last byte left. */
function sendHeld(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    response.once("close", () =>
      response.writableFinished ? resolve() : reject(new Error("the client hung up")),
    );
    response.end(bytes);
  });
}

/** Reads the next piece while the last one is on its way. */
async function sendSpan(response: ServerResponse, source: Source, { from, to }: Span): Promise<void> {
  const gone = finished(response);
  gone.catch(() => {}); // its failure is met in the race below, or too late to matter
  const piece = (at: number) => {
    const read = source.read(at, Math.min(at + PIECE_BYTES, to));
    read.catch(() => {}); // met when awaited, unless the client hung up before
    return read;
  };
  let next = from < to ? piece(from) : undefined;
  for (let at = from; next !== undefined; ) {
    const bytes = await next;
    at += bytes.length;
    next = at < to ? piece(at) : undefined;
    if (!response.write(bytes)) await Promise.race([drained(response), gone]);
    if (response.destroyed) break;
  }
  response.end();
  await gone;
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => response.once("drain", resolve));

/** A path as events tell it. */
const shown = (path: string): string => printable(withoutTokens(path));

function decline(exchange: Exchange, { status, because }: Refusal): void {
  const { world, client, request, path } = exchange;
  refuse(exchange.response, status);
  const name = shown(`${request.method} /${path}`);
  const detail = { method: request.method, file: shown(path), status, because };
  const note = noteOf(world, client);
  note("http.refused", (who) => `${who} got status ${status} for ${name}: ${because}.`, detail);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, {
    "Content-Type": "text/plain",
    ...(status === 405 ? { Allow: "GET, HEAD" } : {}),
  });
  response.end(`${status}\n`);
}

function report(
  { world, client, request, path, began }: Exchange,
  { from, to }: Span,
  stopped?: string,
): void {
  const ms = performance.now() - began;
  const name = shown(path);
  const detail = { method: request.method, file: name, from, bytes: to - from, ms: Math.round(ms) };
  const says = (who: string) =>
    stopped === undefined
      ? `${who} loaded ${name} by HTTP: ${size(to - from)} in ${duration(ms)}.`
      : `${who} broke off loading ${name} by HTTP after ${duration(ms)}.`;
  const outcome = stopped === undefined ? "whole" : "broken off";
  noteOf(world, client)("http.ended", says, { ...detail, outcome, ...(stopped ? { because: stopped } : {}) });
}
