import { join } from "../base/bytes.ts";
import type { Source } from "./source.ts";

const PIECE_BYTES = 256 * 1024;
const MOST_HELD = 3; // the one in use, the one before it for a rewind, the next one

/** The stretch of a file around where a transfer stands: read ahead in large pieces, forgotten behind. */
export type Pieces = {
  /** The bytes at once, or nothing when `load` is needed first. */
  readonly held: (from: number, to: number) => Uint8Array | undefined;
  readonly load: (from: number, to: number) => Promise<void>;
};

export function piecesOf(source: Source): Pieces {
  const { held } = source;
  if (held) return { held: (from, to) => held.subarray(from, to), load: async () => {} };
  const pieces = new Map<number, Uint8Array>();
  const loading = new Map<number, Promise<void>>();

  const fetch = (index: number): Promise<void> => {
    const under = loading.get(index);
    if (pieces.has(index) || index * PIECE_BYTES >= source.bytes) return Promise.resolve();
    if (under) return under;
    const from = index * PIECE_BYTES;
    const read = source.read(from, Math.min(from + PIECE_BYTES, source.bytes)).then((bytes) => {
      pieces.set(index, bytes);
      for (const old of pieces.keys()) if (pieces.size > MOST_HELD && old !== index) pieces.delete(old);
    });
    loading.set(index, read);
    return read.finally(() => loading.delete(index));
  };

  return {
    held: (from, to) => {
      const [first, last] = [
        Math.floor(from / PIECE_BYTES),
        Math.floor(Math.max(from, to - 1) / PIECE_BYTES),
      ];
      if (from === to) return new Uint8Array();
      const parts: Uint8Array[] = [];
      for (let index = first; index <= last; index += 1) {
        const piece = pieces.get(index);
        if (piece === undefined) return undefined;
        const start = index * PIECE_BYTES;
        parts.push(piece.subarray(Math.max(0, from - start), to - start));
      }
      // met by the next `load`
      if (last * PIECE_BYTES + PIECE_BYTES / 2 < to) fetch(last + 1).catch(() => {});
      return parts.length === 1 ? parts[0] : join(parts);
    },
    load: async (from, to) => {
      for (let index = Math.floor(from / PIECE_BYTES); index * PIECE_BYTES < to; index += 1)
        await fetch(index);
    },
  };
}
