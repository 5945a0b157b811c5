/** Where a machine's output stands between two pieces of it. */
export type Taming = { readonly at: Place; readonly held: readonly number[] };
type Place = "text" | "escape" | "charset" | "dropped" | "sequence" | "string" | "string escape" | "c2";

export const TAMING: Taming = { at: "text", held: [] };

const [BEL, LF, CR, SO, SI, CAN, SUB, ESC, C2] = [0x07, 0x0a, 0x0d, 0x0e, 0x0f, 0x18, 0x1a, 0x1b, 0xc2];
/** Of C0, what moves the cursor or rings: an ENQ would be answered by the terminal. */
const CONTROLS = new Set([BEL, 0x08, 0x09, LF, 0x0b, 0x0c, CR, SO, SI]);
const bytesOf = (characters: string) => new Set([...characters].map((one) => one.charCodeAt(0)));
/** ECMA-48 8.3: strings until ST (DCS, SOS, OSC, PM, APC): titles, clipboard, hyperlinks, keys, queries. */
const STRINGS = bytesOf("PX]^_");
const CHARSETS = bytesOf("()*+");
const SETS = bytesOf("0AB");
/** Single escapes: save and restore, keypad, index, tab stop. DECID (Z) is answered and RIS (c) forgets the scrollback. */
const ESCAPES = bytesOf("78=>DEHM");
/** CSI finals that draw, move, scroll and erase; the reports (c n x p t u y) and printing (i) are not among them. */
const FINALS = bytesOf("@ABCDEFGHIJKLMPSTXZ`abdefghlmrs");
/** Private modes that turn and show the cursor, wrap, and change the screen; none that reports mouse or focus. */
const MODES = /^\?(1|3|5|6|7|12|25|47|1047|1048|1049)(;(1|3|5|6|7|12|25|47|1047|1048|1049))*$/;
const PARAMETERS = /^[0-9;:]*$/;
const MOST_HELD = 64;

/**
 * What of a machine's bytes may reach the terminal of whoever watches: text, colours, movement. What makes a
 * terminal answer, and so types into the console, and what acts outside its window is left out.
 */
export function tame(
  now: Taming,
  bytes: Uint8Array,
): { readonly taming: Taming; readonly shown: Uint8Array } {
  const shown: number[] = [];
  let { at } = now;
  let held = [...now.held];
  for (const byte of bytes) {
    const next = step(at, held, byte);
    for (const one of next.shows) shown.push(one);
    at = next.at;
    held = next.holds;
  }
  return { taming: { at, held }, shown: Uint8Array.from(shown) };
}

type Stepped = { readonly at: Place; readonly holds: number[]; readonly shows: readonly number[] };
const NONE: readonly number[] = [];
const goes = (at: Place, holds: number[] = [], shows = NONE): Stepped => ({ at, holds, shows });

function step(at: Place, held: number[], byte: number): Stepped {
  if (at === "string") return goes(byte === ESC ? "string escape" : isEnd(byte) ? "text" : "string");
  if (at === "string escape") return goes(byte === 0x5c ? "text" : byte === ESC ? "string escape" : "string");
  if (byte === ESC) return goes("escape");
  if (byte === CAN || byte === SUB) return goes("text");
  if (at === "text") return text(byte);
  // U+0080 to U+009F: as good as ESC and a letter to many terminals
  if (at === "c2") return byte >= 0x80 && byte < 0xa0 ? escaped(byte - 0x40) : goes("text", [], [C2, byte]);
  if (at === "escape") return escaped(byte);
  if (at === "charset") return goes("text", [], SETS.has(byte) ? [ESC, ...held, byte] : NONE);
  if (at === "dropped") return goes("text");
  return sequence(held, byte);
}

const isEnd = (byte: number): boolean => byte === BEL || byte === CAN || byte === SUB;

function text(byte: number): Stepped {
  if (byte === C2) return goes("c2");
  return goes("text", [], (byte >= 0x20 && byte !== 0x7f) || CONTROLS.has(byte) ? [byte] : NONE);
}

function escaped(byte: number): Stepped {
  if (byte === 0x5b) return goes("sequence");
  if (STRINGS.has(byte)) return goes("string");
  if (CHARSETS.has(byte)) return goes("charset", [byte]);
  if (byte >= 0x20 && byte < 0x30) return goes("dropped"); // such as `ESC % @`, which leaves UTF-8
  return goes("text", [], ESCAPES.has(byte) ? [ESC, byte] : NONE);
}

function sequence(held: number[], byte: number): Stepped {
  if (byte < 0x20) return goes("sequence", held, CONTROLS.has(byte) ? [byte] : NONE); // obeyed inside, as a terminal does
  if (byte < 0x40 || byte > 0x7e) return goes("sequence", held.length < MOST_HELD ? [...held, byte] : held);
  return goes("text", [], isHarmless(held, byte) ? [ESC, 0x5b, ...held, byte] : NONE);
}

function isHarmless(held: readonly number[], final: number): boolean {
  if (held.length >= MOST_HELD || !FINALS.has(final)) return false;
  const parameters = String.fromCharCode(...held);
  const isMode = final === 0x68 || final === 0x6c; // h, l
  return isMode ? MODES.test(parameters) || parameters === "4" : PARAMETERS.test(parameters);
}
