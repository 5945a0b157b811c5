import { flaw, ok, type Read } from "./read.ts";

/** Reads big-endian fields one after the other. A short read is a flaw that says where; it never clamps. */
export class ByteReader {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  take(count: number, what: string): Read<Uint8Array> {
    if (count > this.left) return flaw(`${what} wants ${count} bytes, ${this.left} are left`, this.at);
    this.at += count;
    return ok(this.bytes.subarray(this.at - count, this.at));
  }

  number(width: 1 | 2 | 4, what: string): Read<number> {
    const taken = this.take(width, what);
    return taken.ok ? ok(bigEndian(taken.value)) : taken;
  }
}

/** Shared: an array of no bytes costs as much to make as one of many. */
export const EMPTY = new Uint8Array();

/** Unsigned, at most 4 bytes. */
export function bigEndian(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return value;
}

export function bigEndianBytes(value: number, width: 1 | 2 | 4): Uint8Array {
  const bytes = new Uint8Array(width);
  for (let i = width - 1, rest = value; i >= 0; i -= 1, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
  return bytes;
}

/** Grows as it is written to. */
export class ByteWriter {
  #bytes = new Uint8Array(512);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  put(bytes: Uint8Array): this {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length - bytes.length);
    return this;
  }

  number(value: number, width: 1 | 2 | 4): this {
    this.#grow(width);
    for (let at = this.#length - 1, rest = value; at >= this.#length - width; at -= 1) {
      this.#bytes[at] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    return this;
  }

  /** Exactly `width` bytes: padded with zeros; a longer value is a bug of ours and throws. */
  field(bytes: Uint8Array, width: number): this {
    if (bytes.length > width) throw new Error(`${bytes.length} bytes do not fit a field of ${width}`);
    this.put(bytes).#grow(width - bytes.length);
    return this;
  }

  /** What was written; nothing can be written any more. */
  done(): Uint8Array {
    const { buffer } = this.#bytes;
    this.#bytes = EMPTY;
    return new Uint8Array(buffer, 0, this.#length);
  }

  /** What is new is zero. */
  #grow(by: number): void {
    this.#length += by;
    if (this.#length <= this.#bytes.length) return;
    const larger = new Uint8Array(this.#length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
