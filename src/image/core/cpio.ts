import { join } from "../../base/bytes.ts";
import { flaw, ok, type Read } from "../../base/read.ts";
import { latin1 } from "../../base/text.ts";

/** One entry of a newc archive (Documentation/driver-api/early-userspace/buffer-format.rst). */
export type CpioEntry = { readonly name: string; readonly mode: number; readonly bytes: number };

/**
 * Where reading stands between two pieces of an archive: contents are skipped, only a header is ever kept.
 */
export type CpioState = {
  readonly kept: Uint8Array;
  readonly skip: number; // bytes of contents and padding still to pass over
  readonly isDone: boolean; // the trailer was seen
};
export const CPIO_BEGIN: CpioState = { kept: new Uint8Array(0), skip: 0, isDone: false };

const HEADER = 110;
const TRAILER = "TRAILER!!!";
const LONGEST_NAME = 4096; // PATH_MAX

/** Takes the next piece; gives the entries whose headers are whole now. */
export function stepCpio(
  now: CpioState,
  piece: Uint8Array,
): Read<{ state: CpioState; entries: CpioEntry[] }> {
  const entries: CpioEntry[] = [];
  if (now.isDone) return ok({ state: now, entries });
  const bytes = join([now.kept, piece]);
  let at = now.skip;
  while (at + HEADER <= bytes.length) {
    const header = readHeader(bytes.subarray(at, at + HEADER));
    if (!header.ok) return header;
    const { nameBytes, mode, contents } = header.value;
    const nameEnd = at + HEADER + nameBytes;
    if (nameEnd > bytes.length) break;
    const name = latin1(bytes.subarray(at + HEADER, nameEnd - 1));
    if (name === TRAILER) return ok({ state: { ...CPIO_BEGIN, isDone: true }, entries });
    entries.push({ name, mode, bytes: contents });
    at += padded(HEADER + nameBytes) + padded(contents);
  }
  const kept = bytes.slice(Math.min(at, bytes.length));
  return ok({ state: { kept, skip: Math.max(0, at - bytes.length), isDone: false }, entries });
}

const padded = (length: number): number => (length + 3) & ~3;

function readHeader(header: Uint8Array): Read<{ nameBytes: number; mode: number; contents: number }> {
  const text = latin1(header);
  if (!/^07070[12][0-9a-fA-F]{104}$/.test(text)) return flaw("no newc header where one should be");
  const field = (number: number) => Number.parseInt(text.slice(6 + 8 * number, 14 + 8 * number), 16);
  const [mode, contents, nameBytes] = [field(1), field(6), field(11)];
  if (nameBytes < 1 || nameBytes > LONGEST_NAME) return flaw(`a name of ${nameBytes} bytes`);
  return ok({ nameBytes, mode, contents });
}
