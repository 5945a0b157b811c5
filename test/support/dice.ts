export type Dice = (below: number) => number;

/** mulberry32: small, and the same everywhere. */
export function diceFrom(start: number): Dice {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Spoils some bytes in place, most of them from a place on; sometimes the end is cut off. */
export function spoiled(bytes: Uint8Array, from: number, dice: Dice): Uint8Array {
  for (let times = 1 + dice(4); times > 0; times -= 1) {
    const at = dice(3) === 0 ? dice(bytes.length) : from + dice(bytes.length - from);
    const kind = dice(5);
    if (kind === 0) bytes[at] = bytes[at]! ^ (1 << dice(8));
    if (kind === 1) bytes[at] = dice(256);
    if (kind === 2) bytes[at] = [0, 1, 127, 128, 254, 255][dice(6)]!;
    if (kind === 3) bytes.copyWithin(at, dice(bytes.length));
    if (kind === 4) bytes.fill(dice(256), at, at + dice(32));
  }
  return dice(6) === 0 ? bytes.subarray(0, dice(bytes.length + 1)) : bytes;
}

/** Of processor time, in milliseconds. */
export async function costOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
