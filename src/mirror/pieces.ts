import type { FileHandle } from "node:fs/promises";
import type { Span } from "../base/http-range.ts";
import type { Head } from "./receive.ts";
import { BrokenOff, type Spool } from "./spool.ts";
import type { Upstream } from "./upstream.ts";

const PIECE_BYTES = 256 * 1024;

/**
 * A kept file's bytes; the next piece is read while the last one is on its way. A piece is valid until the next
 * is asked for: two places in memory take turns, since new memory costs more than what is copied into it.
 */
export async function* piecesOf(handle: FileHandle, { from, to }: Span): AsyncGenerator<Uint8Array, void> {
  const places: Buffer[] = [];
  let turn = 0;
  const read = async (at: number) => {
    turn = 1 - turn;
    places[turn] ??= Buffer.allocUnsafe(Math.min(PIECE_BYTES, to - at));
    const { bytesRead } = await handle.read(places[turn]!, 0, Math.min(PIECE_BYTES, to - at), at);
    if (bytesRead === 0) throw new Error("the file became shorter while it was sent");
    return places[turn]!.subarray(0, bytesRead);
  };
  let next = from < to ? read(from) : undefined;
  try {
    for (let at = from; next !== undefined; ) {
      const bytes: Uint8Array = await next;
      at += bytes.length;
      next = at < to ? read(at) : undefined;
      yield bytes;
    }
  } finally {
    await next?.catch(() => {}); // its asker left: whoever closes the file closes it unread
  }
}

/** A file that is coming; where the disk takes no more in the middle of it, the rest comes past the disk. */
export async function* piecesComing(spool: Spool, head: Head, span: Span, way: Way) {
  try {
    yield* spool.pieces(span.from, span.to);
  } catch (error) {
    if (!(error instanceof BrokenOff) || error.end.is !== "full") throw error;
    yield* piecesThrough(head, { from: error.at, to: span.to }, way);
  }
}

export type Way = { readonly upstream: Upstream; readonly url: string; readonly signal: AbortSignal };

/** Straight from upstream, for one asker alone, kept nowhere. */
export async function* piecesThrough(
  head: Head,
  { from, to }: Span,
  { upstream, url, signal }: Way,
): AsyncGenerator<Uint8Array, void> {
  const same = head.etag?.startsWith('"') ? head.etag : head.lastModified;
  const headers = {
    ...(from > 0 && { range: `bytes=${from}-` }),
    ...(from > 0 && same !== undefined && { "if-range": same }),
  };
  const answer = await upstream.ask(url, { method: "GET", headers, signal });
  try {
    let at = answer.statusCode === 206 ? beginOf(answer.headers["content-range"]) : 0;
    const isOther = at > from || ![200, 206].includes(answer.statusCode!);
    if (isOther) throw new Error(`the mirror gave status ${answer.statusCode}`);
    for await (const piece of answer as AsyncIterable<Buffer>) {
      const wanted = piece.subarray(Math.max(0, from - at), Math.max(0, to - at));
      at += piece.length;
      if (wanted.length > 0) yield wanted;
      if (at >= to) return;
    }
    if (to !== Number.POSITIVE_INFINITY) throw new Error("the connection ended early");
  } finally {
    answer.destroy();
  }
}

const beginOf = (contentRange = ""): number =>
  Number(/^bytes (\d+)-/.exec(contentRange)?.[1] ?? Number.POSITIVE_INFINITY);
