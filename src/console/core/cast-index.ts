import { readCastLine } from "./asciicast.ts";

/** Where a sealed recording's pieces begin: each is a gzip member of its own, so that a reader can begin there. */
export type CastIndex = {
  readonly lengthMs: number;
  readonly bytes: number; // of the asciicast, before it was compressed
  readonly pieces: readonly { readonly ms: number; readonly offset: number }[];
  readonly marks: readonly { readonly ms: number; readonly says: string }[];
};

const MOST_MARKS = 2000;

/** The piece in which that moment is: the last one that begins no later. */
export function pieceAt({ pieces }: Pick<CastIndex, "pieces">, ms: number): number {
  let [low, high] = [0, pieces.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pieces[middle]!.ms <= ms) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** Cuts a text between lines, so that every piece but the last has at least `least` characters. */
export function piecesOf(text: string, least: number): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    const end = from + least >= text.length ? -1 : text.indexOf("\n", from + least);
    const to = end < 0 ? text.length : end + 1;
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}

/** What a text of whole lines tells for an index; the newest marks where there are too many. */
export function tellsOf(text: string): {
  firstMs: number | undefined;
  lastMs: number;
  marks: CastIndex["marks"];
} {
  const events = text.split("\n").flatMap((line) => readCastLine(line) ?? []);
  const marks = events.filter(({ code }) => code === "m").map(({ ms, text: says }) => ({ ms, says }));
  return { firstMs: events[0]?.ms, lastMs: events.at(-1)?.ms ?? 0, marks: marks.slice(-MOST_MARKS) };
}

/** An index as it is kept; `undefined`: it is none of ours, and the recording is read from its beginning. */
export function readCastIndex(text: string): CastIndex | undefined {
  try {
    const index = JSON.parse(text) as CastIndex;
    const isWhole = Array.isArray(index.pieces) && Array.isArray(index.marks) && index.pieces.length > 0;
    return isWhole && index.pieces.every(({ offset }) => Number.isSafeInteger(offset)) ? index : undefined;
  } catch {
    return undefined;
  }
}
