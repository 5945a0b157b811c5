import { reason } from "../base/fault.ts";
import { rangeOf, type Span } from "../base/http-range.ts";
import { isSameFile, isUnchanged, saysNoCache } from "./core/freshness.ts";
import type { Route } from "./core/route.ts";
import { type Exchange, refuse } from "./exchange.ts";
import type { Got, Way } from "./mirror.ts";
import { piecesComing, piecesOf, piecesThrough } from "./pieces.ts";
import type { Head } from "./receive.ts";

/** A file ready to be sent: from here, or while it comes. */
type Ready = {
  readonly head: Head;
  readonly how: Way;
  readonly pieces: (span: Span) => AsyncGenerator<Uint8Array, void>;
  readonly close: () => Promise<void>;
};

export async function answerFile(exchange: Exchange, route: Route): Promise<void> {
  const { mirror, request, response, say } = exchange;
  const noCache = saysNoCache(request.headers["cache-control"], request.headers.pragma);
  if (request.method === "HEAD") return answerHead(exchange, route, noCache);
  const got = await mirror.get(route, noCache, say);
  if (got.is === "absent") return refuse(response, got.status, `${route.url} has status ${got.status}.`);
  if (got.is === "failed") return refuse(response, 502, `${route.url} cannot be fetched: ${got.because}.`);
  const ready = readyFor(exchange, route, got);
  try {
    await deliver(exchange, ready);
  } finally {
    await ready.close();
  }
}

function readyFor(
  { mirror, gone }: Exchange,
  { url }: Route,
  got: Extract<Got, { is: "kept" | "coming" | "through" }>,
): Ready {
  const way = { upstream: mirror.upstream, url, signal: gone };
  if (got.is === "kept") {
    const { kept, handle } = got.taken;
    const close = () => handle.close();
    return { head: kept, how: got.how, pieces: (span) => piecesOf(handle, span), close };
  }
  const { head } = got;
  if (got.is === "through")
    return { head, how: "miss", pieces: (span) => piecesThrough(head, span, way), close: async () => {} };
  const { spool } = got;
  return {
    head,
    how: "miss",
    pieces: (span) => piecesComing(spool, head, span, way),
    close: () => spool.release(),
  };
}

/** A file's head alone is not worth fetching the file: upstream is asked for it when it is not kept. */
async function answerHead({ mirror, response, request }: Exchange, route: Route, noCache: boolean) {
  const kept = await mirror.peek(route, noCache);
  if ("bytes" in kept) {
    response.writeHead(isUnchanged(request.headers, kept) ? 304 : 200, headersFor(kept, "hit"));
    response.end();
  } else refuse(response, kept.status, "");
}

async function deliver(exchange: Exchange, ready: Ready): Promise<void> {
  const { request, response } = exchange;
  const { head, how } = ready;
  if (isUnchanged(request.headers, head)) {
    const { "Content-Length": _, ...headers } = headersFor(head, how);
    response.writeHead(304, headers).end();
    return;
  }
  const asked = isSameFile(request.headers, head) ? request.headers.range : undefined;
  const whole = { from: 0, to: head.bytes ?? Number.POSITIVE_INFINITY };
  const span = head.bytes === undefined ? ({ ok: true, value: whole } as const) : rangeOf(asked, head.bytes);
  if (!span.ok) {
    response.setHeader("Content-Range", `bytes */${head.bytes}`);
    return refuse(response, 416, `${span.flaw}.`);
  }
  await send(exchange, ready, span.value);
}

/** Whoever waits for the first bytes can still be told that there are none. */
async function send(exchange: Exchange, ready: Ready, span: Span): Promise<void> {
  const { mirror, response, tally } = exchange;
  const { head, how } = ready;
  const pieces = ready.pieces(span);
  let sent = 0;
  try {
    const first = await pieces.next();
    const isPart = head.bytes !== undefined && span.to - span.from < head.bytes;
    const range = isPart && { "Content-Range": `bytes ${span.from}-${span.to - 1}/${head.bytes}` };
    const length = head.bytes !== undefined && { "Content-Length": span.to - span.from };
    response.writeHead(isPart ? 206 : 200, { ...headersFor(head, how), ...length, ...range });
    for (let piece = first; !piece.done; piece = await pieces.next()) {
      sent += piece.value.length;
      if (sent === span.to - span.from)
        response.end(piece.value); // one call for a small file
      else await handOver(exchange, piece.value);
      exchange.gone.throwIfAborted();
    }
    if (!response.writableEnded) response.end();
    mirror.count(how, sent);
    tally.add(how, sent);
  } catch (error) {
    refuse(response, 502, `It cannot be fetched whole: ${reason(error)}.`);
  } finally {
    await pieces.return();
  }
}

/** Until the kernel has all of it: its memory is free then. */
function handOver({ response, gone }: Exchange, piece: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      gone.removeEventListener("abort", go);
      resolve();
    };
    gone.addEventListener("abort", go);
    response.write(piece, go);
    if (gone.aborted) go();
  });
}

/** Cache-Status of RFC 9211 tells whoever looks into a slow install where a file came from. */
const STATUS: Readonly<Record<Way, string>> = {
  hit: "rackhand; hit",
  stale: "rackhand; hit; fwd=stale; detail=outage",
  miss: "rackhand; fwd=miss",
};

function headersFor({ bytes, type, etag, lastModified }: Head, how: Way): Record<string, string | number> {
  return {
    "Content-Type": type ?? "application/octet-stream",
    "Cache-Status": STATUS[how],
    "Accept-Ranges": "bytes",
    ...(bytes !== undefined && { "Content-Length": bytes }),
    ...(etag !== undefined && { ETag: etag }),
    ...(lastModified !== undefined && { "Last-Modified": lastModified }),
  };
}
