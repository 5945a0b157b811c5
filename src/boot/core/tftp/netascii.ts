const [NUL, LF, CR] = [0, 10, 13];

/** RFC 764's line ends: LF becomes CR LF, a lone CR becomes CR NUL. */
export function toNetascii(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (const byte of bytes) {
    if (byte === LF) out.push(CR, LF);
    else if (byte === CR) out.push(CR, NUL);
    else out.push(byte);
  }
  return Uint8Array.from(out);
}
