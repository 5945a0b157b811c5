// One line of a source: its number, when it was written, padding and a checksum, and CR LF.
const LINE = 80;
const HEAD = 8 + 1 + 16 + 1;
const PADDING = "the quick brown fox jumps over the lazy dog 0123456789 "
  .repeat(2)
  .slice(0, LINE - 2 - HEAD - 9);

/** FNV-1a, 32 bits. */
function sumOf(text) {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return (sum >>> 0).toString(16).padStart(8, "0");
}

/** Time is that of CLOCK_MONOTONIC, which all processes share. */
export const now = () => process.hrtime.bigint();

export function lineOf(number, at) {
  const text = `${String(number).padStart(8, "0")} ${String(at).padStart(16, "0")} ${PADDING}`;
  return `${text} ${sumOf(text)}\r\n`;
}

/** `undefined`: it is not as it was written. */
export function readLine(line) {
  const text = line.slice(0, -9);
  if (line.length !== LINE - 2 || sumOf(text) !== line.slice(-8)) return undefined;
  return { number: Number(text.slice(0, 8)), at: BigInt(text.slice(9, 25)) };
}
