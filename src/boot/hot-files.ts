import type { BigIntStats } from "node:fs";
import { statSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { giveBack } from "./give-back.ts";

/** A file in memory. It stays what it is until it is released, whatever happens to the file. */
export type Held = { readonly bytes: Uint8Array; readonly release: () => void };

/** Files that machines ask for again and again, held once for TFTP and HTTP alike, and not for long. */
export type HotFiles = {
  /** Held and unchanged on disk: told without waiting. */
  readonly at: (root: string, path: string) => Held | undefined;
  /** Reads it in. Nothing when it is too large, there is no room, or the disk is slow: then it is streamed. */
  readonly take: (root: string, path: string, handle: FileHandle) => Promise<Held | undefined>;
  readonly heldBytes: () => number;
};
export type HotLimits = {
  readonly mostBytes: number; // in all
  readonly mostOfOne: number;
  readonly unusedMs: number; // then it is dropped
  readonly loadMs: number; // a machine does not wait longer for its first byte
};

const MIB = 1024 * 1024;
export const HOT_LIMITS: HotLimits = {
  mostBytes: 160 * MIB,
  mostOfOne: 96 * MIB, // Debian's largest initrd for the network has 60
  unusedMs: 60_000,
  loadMs: 250,
};
const PIECE_BYTES = MIB;
const MOST_NAMES = 16; // of one file: a client can write "./" before it as often as it likes
// file times come from a clock that ticks in up to 10 ms: a change within one tick of the last is not seen
const UNSURE_MS = 50;
const SURE_MS = 5; // so long a look at the disk holds: no coarser than those times, and dear for small files

type Entry = {
  readonly stamp: string;
  readonly bytes: Uint8Array;
  readonly names: Map<string, number>; // and when the disk was last seen to agree
  readonly timer: NodeJS.Timeout;
  users: number;
  usedAt: number;
};

export function hotFiles(limits: HotLimits = HOT_LIMITS): HotFiles {
  const names = new Map<string, Entry>(); // a tree has several names for one file
  const entries = new Map<string, Entry>(); // by stamp, the longest unused first
  const loading = new Map<string, Promise<Entry | undefined>>();
  let heldBytes = 0;

  const drop = (entry: Entry) => {
    clearTimeout(entry.timer);
    entries.delete(entry.stamp);
    for (const name of entry.names.keys()) if (names.get(name) === entry) names.delete(name);
    heldBytes -= entry.bytes.length;
    giveBack(entry.bytes);
  };
  const makeRoom = (bytes: number): boolean => {
    for (const entry of entries.values()) {
      if (heldBytes + bytes <= limits.mostBytes) break;
      if (entry.users === 0) drop(entry);
    }
    return heldBytes + bytes <= limits.mostBytes;
  };
  const load = async (stamp: string, handle: FileHandle, size: number): Promise<Entry | undefined> => {
    if (!makeRoom(size)) return undefined;
    heldBytes += size;
    const bytes = new Uint8Array(new SharedArrayBuffer(size)); // the thread that sends by TFTP sees it too
    const isWhole = await readIn(handle, bytes, performance.now() + limits.loadMs).catch(() => false);
    const isSame = isWhole && stampOf(await handle.stat({ bigint: true })) === stamp;
    const tidy = () =>
      entry.users === 0 && idleMs(entry) >= limits.unusedMs ? drop(entry) : timer.refresh();
    const timer = setTimeout(tidy, limits.unusedMs).unref();
    const entry: Entry = { stamp, bytes, names: new Map(), timer, users: 0, usedAt: performance.now() };
    entries.set(stamp, entry);
    if (isSame) return entry;
    drop(entry);
    return undefined;
  };
  const loadOnce = (stamp: string, handle: FileHandle, size: number): Promise<Entry | undefined> => {
    const coming = loading.get(stamp) ?? load(stamp, handle, size).finally(() => loading.delete(stamp));
    loading.set(stamp, coming);
    return coming;
  };
  const use = (entry: Entry): Held => {
    entry.users += 1;
    entries.delete(entry.stamp); // to the end of the queue
    entries.set(entry.stamp, entry);
    let released = false;
    return {
      bytes: entry.bytes,
      release: () => {
        if (released) return;
        released = true;
        entry.users -= 1;
        entry.usedAt = performance.now();
      },
    };
  };

  return {
    heldBytes: () => heldBytes,
    at: (root, path) => {
      const name = nameOf(root, path);
      const entry = names.get(name);
      if (entry === undefined) return undefined;
      const now = performance.now();
      if (now - entry.names.get(name)! < SURE_MS) return use(entry);
      // the same file as was checked when it was opened: whatever links lead to it by now
      if (entry.stamp === stampAt(join(root, path))) {
        entry.names.set(name, now);
        return use(entry);
      }
      names.delete(name);
      entry.names.delete(name);
      if (entry.users === 0 && entry.names.size === 0) drop(entry);
      return undefined;
    },
    take: async (root, path, handle) => {
      const found = await handle.stat({ bigint: true });
      const size = Number(found.size);
      if (size === 0 || size > limits.mostOfOne) return undefined;
      if (Date.now() - Number(found.ctimeMs) < UNSURE_MS) return undefined;
      const stamp = stampOf(found);
      const entry = entries.get(stamp) ?? (await loadOnce(stamp, handle, size));
      if (entry === undefined || entries.get(stamp) !== entry) return undefined;
      const name = nameOf(root, path);
      if (entry.names.size < MOST_NAMES) {
        names.set(name, entry);
        entry.names.set(name, -Infinity);
      }
      return use(entry);
    },
  };
}

const nameOf = (root: string, path: string): string => `${root}\0${path}`;
const idleMs = ({ usedAt }: Entry): number => performance.now() - usedAt;

const stampOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;

function stampAt(place: string): string | undefined {
  try {
    const found = statSync(place, { bigint: true, throwIfNoEntry: false });
    return found && stampOf(found);
  } catch {
    return undefined; // it cannot be reached any more: the next look at it says why
  }
}

async function readIn(handle: FileHandle, into: Uint8Array, until: number): Promise<boolean> {
  for (let at = 0; at < into.length; ) {
    const { bytesRead } = await handle.read(into, at, Math.min(PIECE_BYTES, into.length - at), at);
    if (bytesRead === 0 || performance.now() > until) return false;
    at += bytesRead;
  }
  return true;
}
