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

  /** A place for so many bytes behind what there is, from `length` on; `wrote` says how many came of it. */
  room(most: number): Buffer {
    this.#makeRoom(most);
    return this.#bytes;
  }

  wrote(bytes: number): void {
    this.#length += bytes;
  }

  /** All of it, for as long as it is looked at: the place is used again. */
  lend<T>(look: (bytes: Buffer) => T): T {
    const seen = look(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(1024);
    return seen;
  }

  /** Only what is behind the last end of a line but so many, and that end. */
  keepLines(many: number, end: number): void {
    let at = this.#length;
    for (let lines = 0; lines < many; lines += 1) {
      at = at === 0 ? -1 : this.#bytes.lastIndexOf(end, at - 1);
      if (at < 0) return;
    }
    this.#bytes.copyWithin(0, at, this.#length);
    this.#length -= at;
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
