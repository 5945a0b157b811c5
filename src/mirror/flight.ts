import type { IncomingMessage } from "node:http";
import { reason } from "../base/fault.ts";
import type { Cache } from "./cache.ts";
import type { Kept } from "./core/kept-file.ts";
import { BEGINNING, whyNotRight } from "./core/looks-right.ts";
import type { Route } from "./core/route.ts";
import type { Promises } from "./promises.ts";
import { type Body, type Head, receive } from "./receive.ts";
import { type End, Spool } from "./spool.ts";
import type { Upstream } from "./upstream.ts";

export type FlightNeeds = {
  readonly cache: Cache;
  readonly upstream: Upstream;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly pauseMs?: number;
  readonly promises: Promises;
};

/** How a fetch began. */
export type Start =
  | { readonly is: "coming"; readonly head: Head; readonly spool: Spool; readonly end: Promise<End> }
  | { readonly is: "unchanged" }
  | { readonly is: "through"; readonly head: Head } // there is no room to keep it: each asker for itself
  | { readonly is: "absent"; readonly status: number }
  | { readonly is: "failed"; readonly because: string; readonly isDown: boolean };

/** Asks upstream for a file, and takes it in for all who ask meanwhile. What is there `before` may be unchanged. */
export async function beginFlight(
  route: Route,
  before: Kept | undefined,
  needs: FlightNeeds,
): Promise<Start> {
  let answer: IncomingMessage | undefined;
  try {
    answer = await firstAnswer(route, before, needs);
    const status = answer.statusCode!;
    if (status === 200) return await coming(route, answer, needs);
    answer.destroy();
    if (status === 304 && before !== undefined) return { is: "unchanged" };
    if (status >= 400 && status < 500) return { is: "absent", status };
    return { is: "failed", because: `status ${status}`, isDown: true };
  } catch (error) {
    answer?.destroy();
    return { is: "failed", because: reason(error), isDown: true };
  }
}

async function coming(route: Route, answer: IncomingMessage, needs: FlightNeeds): Promise<Start> {
  const head = headOf(answer);
  const body = answer[Symbol.asyncIterator]() as Body;
  const beginning = await beginningOf(body);
  const wrong = whyNotRight(route.file, beginning);
  const incoming = wrong === undefined ? await needs.cache.begin(head.bytes) : undefined;
  if (incoming === undefined) answer.destroy();
  if (wrong !== undefined) return { is: "failed", because: wrong, isDown: false };
  if (incoming === undefined) return { is: "through", head };
  const spool = new Spool(incoming.handle, head.bytes);
  spool.hold();
  const end = receive({ ...needs, route, head, spool, incoming }, beginning, body);
  return { is: "coming", head, spool, end: end.finally(() => spool.release()) };
}

/** Once more where a kept connection was closed under our hands. */
async function firstAnswer(route: Route, before: Kept | undefined, { upstream, signal }: FlightNeeds) {
  const { etag, lastModified } = before ?? {};
  const headers = {
    ...(etag !== undefined && { "if-none-match": etag }),
    ...(lastModified !== undefined && { "if-modified-since": lastModified }),
  };
  const asking = { method: "GET", headers, signal } as const;
  try {
    return await upstream.ask(route.url, asking);
  } catch (error) {
    if (!["ECONNRESET", "EPIPE"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    return upstream.ask(route.url, asking);
  }
}

export function headOf({ headers }: IncomingMessage): Head {
  const { etag, "last-modified": lastModified, "content-type": type } = headers;
  const length = headers["content-length"];
  return {
    bytes: length === undefined ? undefined : Number(length),
    ...(type !== undefined && { type }),
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
  };
}

async function beginningOf(body: Body): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  while (length < BEGINNING) {
    const got = await body.next();
    if (got.done) break;
    pieces.push(got.value);
    length += got.value.length;
  }
  return Buffer.concat(pieces);
}
