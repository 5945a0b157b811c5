/** What a flood has needed is given back. */
const KEPT_BYTES = 64 * 1024;

/**
 * Bytes that wait to be taken together, copied into one place. Where five hundred consoles keep each chunk as
 * it came, the collector carries them all to where it looks seldom, and long.
 */
export class Pile {
  #bytes = Buffer.allocUnsafeSlow(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  put(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  putText(text: string): void {
    this.#makeRoom(text.length * 3); // UTF-8 of a UTF-16 unit
    this.#length += this.#bytes.write(text, this.#length, "utf8");
  }

  /** What is written from a place on, at most so many bytes; told where it ends, `undefined` for nothing at all. */
  putBy(most: number, write: (bytes: Buffer, from: number) => number | undefined): boolean {
    this.#makeRoom(most);
    const end = write(this.#bytes, this.#length);
    this.#length = end ?? this.#length;
    return end !== undefined;
  }

  /** All of it, for as long as it is looked at: the place is used again. */
  lend<T>(look: (bytes: Buffer) => T): T {
    const seen = look(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(1024);
    return seen;
  }

  /** All of it, to keep. */
  take(): Buffer {
    return this.lend((bytes) => Buffer.from(bytes));
  }

  #makeRoom(more: number): void {
    const wanted = this.#length + more;
    if (wanted <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(wanted, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
