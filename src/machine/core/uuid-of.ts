/** RFC 4578 2.3: a type of 0, then the 16 bytes of the machine's UUID in the order in which they are written. */
export function uuidOf(machineId: string | null): string | null {
  const [, hex] = /^00([0-9a-f]{32})$/.exec(machineId ?? "") ?? [];
  if (hex === undefined || /^(0+|f+)$/.test(hex)) return null; // boards that were never given one
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
