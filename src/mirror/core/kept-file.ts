import { bigEndian, bigEndianBytes, join, sameBytes } from "../../base/bytes.ts";
import { flaw, ok, type Read } from "../../base/read.ts";
import { fromLatin1, latin1 } from "../../base/text.ts";

/** What is known of a kept file. It stands behind its bytes, so that both come and go in one rename. */
export type Kept = {
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly checkedAt: number; // when upstream last said that it is so, milliseconds
  readonly type?: string;
  readonly etag?: string;
  readonly lastModified?: string;
};

const MARK = fromLatin1("RACKHAND");
const TAIL = MARK.length + 4;
/** So much from a file's end holds all of it. */
export const MOST_TRAILER = 4096;

export function writeTrailer(kept: Kept): Uint8Array {
  const text = JSON.stringify(kept).replace(/[^\x20-\x7e]/g, (one) => {
    return `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  const bytes = fromLatin1(text);
  return join([bytes, bigEndianBytes(bytes.length, 4), MARK]);
}

/** `end` is the end of the file, `fileBytes` all of it: a file that was cut or joined is none of ours. */
export function readTrailer(end: Uint8Array, fileBytes: number): Read<Kept> {
  const mark = end.length - MARK.length;
  if (mark < 4 || !sameBytes(end.subarray(mark), MARK)) return flaw("no mark at its end", fileBytes);
  const length = bigEndian(end.subarray(mark - 4, mark));
  if (length + TAIL > end.length) return flaw("its trailer is longer than the file", mark - 4);
  const read = readKept(latin1(end.subarray(mark - 4 - length, mark - 4)));
  if (!read.ok) return read;
  const whole = read.value.bytes + length + TAIL === fileBytes;
  return whole ? read : flaw(`it has ${fileBytes} bytes, its trailer says ${read.value.bytes}`, 0);
}

function readKept(text: string): Read<Kept> {
  try {
    const kept = JSON.parse(text) as Kept;
    const fine = typeof kept.key === "string" && Number.isSafeInteger(kept.bytes);
    return fine && typeof kept.checkedAt === "number" ? ok(kept) : flaw("its trailer lacks a field");
  } catch {
    return flaw("its trailer is not JSON");
  }
}
