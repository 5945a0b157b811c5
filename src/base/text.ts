/** Bytes as text and back, without the platform: ISO 8859-1 is one byte a character, so nothing is lost on the way. */

export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** Characters above U+00FF become "?": wire names are ASCII. */
export function fromLatin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const code = character.codePointAt(0)!;
    return code > 0xff ? 0x3f : code;
  });
}

const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function hex(bytes: Uint8Array, between = ""): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 1) text += (i === 0 ? "" : between) + PAIRS[bytes[i]!];
  return text;
}

export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/[^0-9a-fA-F]/g, "");
  return Uint8Array.from({ length: digits.length >> 1 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}

/** "1 disk", "2 disks". */
export const counted = (number: number, what: string): string =>
  `${number} ${what}${number === 1 ? "" : "s"}`;

/** Strangers' words on our screens: control characters, escapes and bidi marks become visible, length is bounded. */
export function printable(text: string, most = 200): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  return cut.replace(/[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    return `\\x${character.codePointAt(0)!.toString(16).padStart(2, "0")}`;
  });
}

/** How many lines a terminal would run of it: a last one without an end counts. */
export const linesIn = (text: string): number =>
  text.replace(/(?:\r\n|\r|\n)$/, "").split(/\r\n|\r|\n/).length;
