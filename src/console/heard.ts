import { Pile } from "./pile.ts";

/** ms: of the clock that nobody sets, and the date. */
export type Moment = { readonly even: number; readonly date: number };

const NUMBERS = 3; // of a chunk: when by either clock, and how many bytes

/** What a machine said, chunk by chunk with the moment of each, until it is dealt with; numbers, that nothing collects. */
export class Heard {
  readonly #bytes = new Pile();
  #chunks = new Float64Array(16 * NUMBERS);
  #many = 0;

  get length(): number {
    return this.#bytes.length;
  }

  put(chunk: Uint8Array, even: number, date: number): void {
    const at = this.#many * NUMBERS;
    if (at === this.#chunks.length) this.#grow();
    this.#chunks[at] = even;
    this.#chunks[at + 1] = date;
    this.#chunks[at + 2] = chunk.length;
    this.#many += 1;
    this.#bytes.put(chunk);
  }

  /** Each chunk, the oldest first; what is heard meanwhile is another time's. */
  take(deal: (chunk: Uint8Array, at: Moment) => void): void {
    if (this.#many === 0) return;
    const [bytes, chunks, many] = [
      this.#bytes.take(),
      this.#chunks.slice(0, this.#many * NUMBERS),
      this.#many,
    ];
    this.#many = 0;
    let from = 0;
    for (let at = 0; at < many * NUMBERS; at += NUMBERS) {
      const to = from + chunks[at + 2]!;
      deal(bytes.subarray(from, to), { even: chunks[at]!, date: chunks[at + 1]! });
      from = to;
    }
  }

  #grow(): void {
    const larger = new Float64Array(2 * this.#chunks.length);
    larger.set(this.#chunks);
    this.#chunks = larger;
  }
}
