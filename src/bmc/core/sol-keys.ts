/**
 * What ipmitool's escape character does to typed bytes (lib/ipmi_sol.c, processSolUserInput), and how to type
 * around it: the character counts only after CR or LF or at the start, and there its double is itself,
 * once. So each byte reaches the machine unaltered.
 */
export const ESCAPE = 0x1e; // ctrl-^: the fewest people type it, and none notices that it is doubled
const [CR, LF] = [0x0d, 0x0a];

export type Keys = { readonly atLineStart: boolean };
export const FIRST_KEYS: Keys = { atLineStart: true };

export function guard(typed: Uint8Array, keys: Keys): [Uint8Array, Keys] {
  const sent: number[] = [];
  let { atLineStart } = keys;
  for (const byte of typed) {
    if (byte === ESCAPE && atLineStart) sent.push(ESCAPE);
    sent.push(byte);
    atLineStart = byte === CR || byte === LF;
  }
  return [Uint8Array.from(sent), { atLineStart }];
}

/** Typed at a line's start it sends a break; ipmitool then says so on its output, in the machine's stream. */
export const BREAK_KEYS = Uint8Array.of(ESCAPE, 0x42);
export const BREAK_SAID = Uint8Array.from(`${String.fromCharCode(ESCAPE)}B [send break]\n`, (c) =>
  c.charCodeAt(0),
);

/**
 * Takes ipmitool's own words out of the stream, once each; `kept` may be their beginning and waits for the
 * rest.
 */
export type Strip = { readonly left: number; readonly kept: Uint8Array };

export function strip(chunk: Uint8Array, now: Strip): [Uint8Array, Strip] {
  const { left, kept } = now;
  if (left === 0 && kept.length === 0) return [chunk, now]; // nearly always
  const all = Uint8Array.of(...kept, ...chunk);
  if (left === 0) return [all, { left, kept: all.subarray(all.length) }];
  const at = indexOf(all, BREAK_SAID);
  if (at >= 0) {
    const after = all.subarray(at + BREAK_SAID.length);
    const [rest, then] = strip(after, { left: left - 1, kept: after.subarray(after.length) });
    return [Uint8Array.of(...all.subarray(0, at), ...rest), then];
  }
  const waits = beginningAtEnd(all, BREAK_SAID);
  return [all.subarray(0, all.length - waits), { left, kept: all.slice(all.length - waits) }];
}

function indexOf(bytes: Uint8Array, sought: Uint8Array): number {
  for (let at = bytes.indexOf(sought[0]!); at >= 0; at = bytes.indexOf(sought[0]!, at + 1)) {
    if (sought.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

/** How many of the last bytes are the beginning of `sought`. */
function beginningAtEnd(bytes: Uint8Array, sought: Uint8Array): number {
  for (let length = Math.min(sought.length - 1, bytes.length); length > 0; length -= 1) {
    const tail = bytes.subarray(bytes.length - length);
    if (tail.every((byte, i) => sought[i] === byte)) return length;
  }
  return 0;
}
