import { join } from "../../base/bytes.ts";
import { fromLatin1 } from "../../base/text.ts";

/** Of a newc archive; `bytes` of contents follow a header, padded (buffer-format.rst). */
export type CpioFile = { readonly name: string; readonly mode: number; readonly bytes: number };

export const CPIO_FILE = 0o100000;
export const CPIO_DIRECTORY = 0o040000;

export const padding = (length: number): Uint8Array => new Uint8Array(-length & 3);

/** Owner root, time zero: the same files give the same archive. */
export function cpioHeader({ name, mode, bytes }: CpioFile, number: number): Uint8Array {
  const fields = [number, mode, 0, 0, 1, 0, bytes, 0, 0, 0, 0, name.length + 1, 0];
  const text = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}${name}\0`;
  const header = fromLatin1(text);
  return join([header, padding(header.length)]);
}

export const CPIO_END = cpioHeader({ name: "TRAILER!!!", mode: 0, bytes: 0 }, 0);
