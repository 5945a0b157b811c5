/** asciicast v2: a header line, then one JSON line an event: [seconds, code, text]. Codes: o output, i input, m marker, r resize. */
export type Cast = {
  readonly columns: number;
  readonly rows: number;
  readonly startedAt: number;
  readonly title: string;
};
export type CastEvent = { readonly ms: number; readonly code: "o" | "m" | "r"; readonly text: string };

export function castHeader({ columns, rows, startedAt, title }: Cast): string {
  const header = { version: 2, width: columns, height: rows, timestamp: Math.floor(startedAt / 1000), title };
  return `${JSON.stringify(header)}\n`;
}

export const castLine = (ms: number, code: "o" | "m" | "r", text: string): string =>
  `${JSON.stringify([wholeMs(ms) / 1000, code, text])}\n`;

/** How JSON writes each character of ASCII inside a string. */
const ESCAPED = Array.from({ length: 0x80 }, (_, code) =>
  JSON.stringify(String.fromCharCode(code)).slice(1, -1),
);
const [ZERO, POINT] = [0x30, 0x2e];

/** Bytes that `writeOutput` may need. */
export const mostOfOutput = (bytes: Uint8Array): number => 32 + 6 * bytes.length;

/** A line of output, from bytes to bytes; where it ends. `undefined`: they are not ASCII alone. */
export function writeOutput(
  into: Uint8Array,
  from: number,
  ms: number,
  bytes: Uint8Array,
): number | undefined {
  let end = writeSeconds(into, writeAscii(into, from, "["), wholeMs(ms));
  end = writeAscii(into, end, ',"o","');
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]!;
    if (byte >= 0x80) return undefined;
    const escaped = ESCAPED[byte]!;
    if (escaped.length > 1) end = writeAscii(into, end, escaped);
    else {
      into[end] = byte;
      end += 1;
    }
  }
  return writeAscii(into, end, '"]\n');
}

/** With three decimals. */
function writeSeconds(into: Uint8Array, from: number, ms: number): number {
  let digits = 4; // as many as 0.000 has, and more from ten seconds on
  for (let rest = ms; rest >= 10_000; rest /= 10) digits += 1;
  let rest = ms;
  for (let at = from + digits; at >= from; at -= 1) {
    if (at === from + digits - 3) into[at] = POINT;
    else {
      into[at] = ZERO + (rest % 10);
      rest = Math.floor(rest / 10);
    }
  }
  return from + digits + 1;
}

function writeAscii(into: Uint8Array, from: number, text: string): number {
  for (let at = 0; at < text.length; at += 1) into[from + at] = text.charCodeAt(at);
  return from + text.length;
}

/** As fine as a recording tells time; not before its beginning. */
const wholeMs = (ms: number): number => Math.max(0, Math.round(ms));

/** One event; `undefined`: the header, or a line that was cut off when its recorder was killed. */
export function readCastLine(line: string): CastEvent | undefined {
  if (!line.startsWith("[") || !line.endsWith("]")) return undefined;
  try {
    const [seconds, code, text] = JSON.parse(line) as unknown[];
    const isEvent = typeof seconds === "number" && typeof text === "string";
    if (!isEvent || (code !== "o" && code !== "m" && code !== "r")) return undefined;
    return { ms: Math.round(seconds * 1000), code, text };
  } catch {
    return undefined;
  }
}
