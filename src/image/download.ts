import { open, rm, stat } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { reason } from "../base/fault.ts";
import { sha256 } from "./hash-tree.ts";
import type { Mirror } from "./mirror.ts";

export type Download = {
  readonly path: string; // on the mirror
  readonly to: string;
  readonly sum: string; // SHA256 that it must have
  readonly progress?: (line: string) => void;
  readonly signal?: AbortSignal;
  readonly pauseMs?: number; // before a broken connection is tried anew
};

const MOST_TRIES = 20;
const MOST_IDLE_TRIES = 3; // in a row without a single new byte

/**
 * Fetches a large file, from where the last try left off, this run's or an earlier one's. False when the
 * mirror has no such file. What came is believed only for its hash; with a wrong one it is fetched once
 * more, whole.
 */
export async function download(mirror: Mirror, wish: Download): Promise<boolean> {
  const { path, to, sum, signal } = wish;
  const there = await mirror.head(path);
  if (there === undefined) return false;
  for (const isLast of [false, true]) {
    if ((await lengthOf(to)) > 0 && (await sha256(to, signal)) === sum) return true;
    if (isLast || (await lengthOf(to)) >= (there.length ?? Number.POSITIVE_INFINITY))
      await rm(to, { force: true });
    await fetchRest(mirror, wish);
    if ((await sha256(to, signal)) === sum) return true;
    await rm(to, { force: true });
  }
  throw new Error(`${path} does not have the hash that Debian signed`);
}

async function fetchRest(mirror: Mirror, wish: Download): Promise<void> {
  let idle = 0;
  for (let tries = 1; ; tries++) {
    const before = await lengthOf(wish.to);
    try {
      if (await fetchOnce(mirror, wish, before)) return;
      throw new Error("the connection ended early");
    } catch (error) {
      if (wish.signal?.aborted) throw error;
      idle = (await lengthOf(wish.to)) > before ? 0 : idle + 1;
      if (tries === MOST_TRIES || idle === MOST_IDLE_TRIES) throw error;
      wish.progress?.(`${reason(error)}; going on from ${await lengthOf(wish.to)} bytes`);
      await pause(wish.pauseMs ?? 1000, undefined, wish.signal ? { signal: wish.signal } : {});
    }
  }
}

/** True when the file is whole. */
async function fetchOnce(mirror: Mirror, wish: Download, have: number): Promise<boolean> {
  const stream = await mirror.stream(wish.path, have);
  if (stream === undefined) throw new Error(`${wish.path} is gone from the mirror`);
  const file = await open(wish.to, "a");
  try {
    if (stream.from !== have) await file.truncate(stream.from);
    let length = stream.from;
    let told = -1;
    for await (const piece of stream.pieces) {
      await file.appendFile(piece);
      length += piece.length;
      const percent = stream.length === undefined ? undefined : Math.floor((100 * length) / stream.length);
      if (percent !== undefined && percent > told) {
        told = percent;
        wish.progress?.(`fetched ${percent} %`);
      }
    }
    return stream.length === undefined || length >= stream.length;
  } finally {
    await file.close();
  }
}

const lengthOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
