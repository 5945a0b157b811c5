import { PRIVATE } from "../../base/private-path.ts";

const WORD = Uint8Array.from(PRIVATE, (character) => character.charCodeAt(0));
const SHOWN = 8; // digits, enough to tell which token it was
const STAR = 0x2a;

/**
 * A kernel prints its command line on the console, and with it the address of what only this boot may fetch.
 * Its token goes no further: the digits after the first ones become stars as they come, so that nothing is
 * held back and no column moves.
 */
export function tokenMask(): (chunk: Uint8Array) => Uint8Array {
  let [matched, digits] = [0, 0];
  return (chunk) => {
    let masked: Uint8Array | undefined;
    // most chunks have not even its first letter
    const from = matched === 0 ? chunk.indexOf(WORD[0]!) : 0;
    if (from < 0) return chunk;
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at]!;
      if (matched === WORD.length && isHex(byte)) {
        digits += 1;
        if (digits > SHOWN) {
          masked ??= chunk.slice();
          masked[at] = STAR;
        }
        continue;
      }
      if (matched === WORD.length) [matched, digits] = [0, 0];
      matched = byte === WORD[matched] ? matched + 1 : byte === WORD[0] ? 1 : 0;
    }
    return masked ?? chunk;
  };
}

const isHex = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66) || (byte >= 0x41 && byte <= 0x46);
