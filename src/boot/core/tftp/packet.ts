import { bigEndianBytes, join } from "../../../base/bytes.ts";
import { flaw, ok, type Read } from "../../../base/read.ts";
import { fromLatin1, latin1 } from "../../../base/text.ts";

/**
 * Names in lower case (RFC 2347: they are case-insensitive), in the order they came; of repeats the first
 * counts.
 */
export type TftpOptions = ReadonlyMap<string, string>;
export type TftpRequest = {
  readonly is: "read" | "write";
  readonly file: string;
  readonly mode: string; // lower case
  readonly options: TftpOptions;
};
export type TftpPacket =
  | TftpRequest
  | { readonly is: "data"; readonly block: number; readonly bytes: Uint8Array }
  | { readonly is: "ack"; readonly block: number }
  | { readonly is: "error"; readonly code: number; readonly message: string }
  | { readonly is: "options"; readonly options: TftpOptions };

const [RRQ, WRQ, DATA, ACK, ERROR, OACK] = [1, 2, 3, 4, 5, 6];
const LONGEST_REQUEST = 512; // RFC 2347

export const ERRORS = { other: 0, missing: 1, access: 2, illegal: 4, foreign: 5, options: 8 } as const;

export function readTftp(bytes: Uint8Array): Read<TftpPacket> {
  if (bytes.length < 4) return flaw(`${bytes.length} bytes are too few`);
  const [code, number] = [bytes[0]! * 256 + bytes[1]!, bytes[2]! * 256 + bytes[3]!];
  switch (code) {
    case RRQ:
    case WRQ:
      return readRequest(bytes, code === RRQ ? "read" : "write");
    case DATA:
      return ok({ is: "data", block: number, bytes: bytes.subarray(4) });
    case ACK:
      return ok({ is: "ack", block: number });
    case ERROR:
      return ok({ is: "error", code: number, message: latin1(bytes.subarray(4)).replace(/\0.*$/s, "") });
    case OACK: {
      const words = readWords(bytes);
      return words.ok ? ok({ is: "options", options: pairs(words.value) }) : words;
    }
    default:
      return flaw(`operation ${code} is unknown`);
  }
}

function readRequest(bytes: Uint8Array, is: "read" | "write"): Read<TftpPacket> {
  if (bytes.length > LONGEST_REQUEST) return flaw(`a request of ${bytes.length} bytes, 512 are allowed`);
  const words = readWords(bytes);
  if (!words.ok) return words;
  const [file, mode, ...rest] = words.value;
  if (file === undefined || mode === undefined) return flaw("a request without file name or mode");
  return ok({ is, file, mode: mode.toLowerCase(), options: pairs(rest) });
}

/** A missing NUL at the very end is forgiven; old ROMs pad with them as well. */
function readWords(bytes: Uint8Array): Read<string[]> {
  const words = latin1(bytes.subarray(2)).split("\0");
  return ok(words.at(-1) === "" ? words.slice(0, -1) : words);
}

function pairs(words: readonly string[]): TftpOptions {
  const options = new Map<string, string>();
  for (let i = 0; i + 1 < words.length; i += 2) {
    const name = words[i]!.toLowerCase();
    if (name !== "" && !options.has(name)) options.set(name, words[i + 1]!);
  }
  return options;
}

export const writeRequest = ({ is, file, mode, options }: TftpRequest): Uint8Array =>
  join([bigEndianBytes(is === "read" ? RRQ : WRQ, 2), strings([file, mode, ...[...options].flat()])]);

export const writeOptionsAck = (options: TftpOptions): Uint8Array =>
  join([bigEndianBytes(OACK, 2), strings([...options].flat())]);

export const writeAck = (block: number): Uint8Array =>
  join([bigEndianBytes(ACK, 2), bigEndianBytes(block & 0xffff, 2)]);

export const writeError = (code: number, message: string): Uint8Array =>
  join([bigEndianBytes(ERROR, 2), bigEndianBytes(code, 2), strings([message])]);

export const dataHead = (block: number): Uint8Array =>
  Uint8Array.of(0, DATA, (block >> 8) & 0xff, block & 0xff);

const strings = (words: readonly string[]): Uint8Array =>
  fromLatin1(words.map((word) => `${word.replaceAll("\0", "")}\0`).join(""));
