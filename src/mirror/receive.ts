import { createHash, type Hash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { reason } from "../base/fault.ts";
import type { Incoming } from "./cache.ts";
import type { ArchiveFile } from "./core/archive-file.ts";
import type { Validators } from "./core/freshness.ts";
import type { Route } from "./core/route.ts";
import type { Promises } from "./promises.ts";
import { type End, NoRoom, type Spool } from "./spool.ts";
import type { Upstream } from "./upstream.ts";

export type Head = Validators & { readonly bytes: number | undefined; readonly type?: string };
export type Body = AsyncIterator<Uint8Array>;
export type Receipt = {
  readonly route: Route;
  readonly head: Head;
  readonly spool: Spool;
  readonly incoming: Incoming;
  readonly upstream: Upstream;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly pauseMs?: number; // before a broken connection is tried anew
  readonly promises: Promises;
};
type Sums = { readonly sha256: string; readonly named: string };

const MOST_IDLE_TRIES = 3; // in a row without a new byte
const PAUSE_MS = 300;

/** Takes a file in, judges it, keeps it. Its askers have it before the disk has. */
export async function receive(receipt: Receipt, beginning: Uint8Array, rest: Body): Promise<End> {
  const { spool, incoming } = receipt;
  const got = await takeIn(receipt, beginning, rest).catch((error: unknown): End => {
    return { is: error instanceof NoRoom ? "full" : "broken", because: reason(error) };
  });
  const end = "is" in got ? got : judge(receipt, got);
  spool.end(end);
  if ("is" in got || end.is !== "whole") {
    await incoming.drop();
    return end;
  }
  try {
    const { key } = receipt.route;
    const kept = { key, bytes: spool.written, sha256: got.sha256, checkedAt: receipt.now() };
    await incoming.keep({ ...kept, ...known(receipt.head) });
    receipt.promises.saw(kept);
    return end;
  } catch (error) {
    await incoming.drop();
    return { is: "whole", unkept: `the disk takes no more (${reason(error)})` };
  }
}

const known = ({ etag, lastModified, type }: Head): Omit<Head, "bytes"> => ({
  ...(type !== undefined && { type }),
  ...(etag !== undefined && { etag }),
  ...(lastModified !== undefined && { lastModified }),
});

/** What is not what it should be is not kept, and its last byte goes to nobody. */
function judge({ route, promises }: Receipt, { sha256, named }: Sums): End {
  const { hash } = route.file;
  if (hash !== undefined && named !== hash.hex)
    return { is: "wrong", because: "its bytes do not have the hash that its name promises" };
  if (!promises.allows(route.key, sha256))
    return { is: "wrong", because: "its bytes do not have the hash that a signed index promises" };
  return { is: "whole" };
}

/** From where it broke off, as long as each try brings something new. */
async function takeIn(receipt: Receipt, beginning: Uint8Array, first: Body): Promise<Sums> {
  const { head, spool, signal, pauseMs = PAUSE_MS } = receipt;
  const { sha256, named } = hashesFor(receipt.route.file);
  const take = async (bytes: Uint8Array) => {
    if (head.bytes === undefined && !receipt.incoming.claim(bytes.length))
      throw new NoRoom("there is no room to keep it");
    await spool.write(bytes);
    for (const hash of new Set([sha256, named])) hash.update(bytes);
  };
  await take(beginning);
  let body: Body | undefined = first;
  for (let idle = 0; ; ) {
    const before = spool.written;
    try {
      body ??= await askRest(receipt);
      for (let got = await body.next(); !got.done; got = await body.next()) await take(got.value);
      if (head.bytes === undefined || spool.written === head.bytes) break;
      throw new Error("the connection ended early");
    } catch (error) {
      idle = spool.written > before ? 0 : idle + 1;
      const isOver = error instanceof NoRoom || signal.aborted || head.bytes === undefined;
      if (isOver || idle >= MOST_IDLE_TRIES) throw error;
      body = undefined;
      await pause(pauseMs, undefined, { signal });
    }
  }
  const sum = sha256.digest("hex");
  return { sha256: sum, named: named === sha256 ? sum : named.digest("hex") };
}

/** One hash is enough where the name promises the one that is kept anyway. */
function hashesFor({ hash }: ArchiveFile): { sha256: Hash; named: Hash } {
  const sha256 = createHash("sha256");
  const { algorithm = "sha256" } = hash ?? {};
  return { sha256, named: algorithm === "sha256" ? sha256 : createHash(algorithm) };
}

/** RFC 9110 13.1.5: only when it is still the same file. */
async function askRest({ route, head, spool, upstream, signal }: Receipt): Promise<Body> {
  const same = head.etag?.startsWith('"') ? head.etag : head.lastModified;
  const range = `bytes=${spool.written}-`;
  const headers = { range, ...(same !== undefined && { "if-range": same }) };
  const answer = await upstream.ask(route.url, { method: "GET", headers, signal });
  const wanted = `bytes ${spool.written}-${head.bytes! - 1}/${head.bytes}`;
  if (answer.statusCode === 206 && answer.headers["content-range"] === wanted)
    return answer[Symbol.asyncIterator]() as Body;
  answer.destroy();
  throw new Error(`the rest is not to be had (status ${answer.statusCode})`);
}
