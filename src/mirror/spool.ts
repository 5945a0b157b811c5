import type { FileHandle } from "node:fs/promises";

/** How a file's coming ended. */
export type End =
  | { readonly is: "whole"; readonly unkept?: string } // why the disk did not take it
  | { readonly is: "full"; readonly because: string } // no room for the rest
  | { readonly is: "wrong"; readonly because: string } // not the bytes that its name or a signed index promises
  | { readonly is: "broken"; readonly because: string };

/** The rest of a file does not come this way. */
export class BrokenOff extends Error {
  readonly end: Exclude<End, { is: "whole" }>;
  readonly at: number;
  constructor(end: Exclude<End, { is: "whole" }>, at: number) {
    super(end.because);
    this.end = end;
    this.at = at;
  }
}
export class NoRoom extends Error {}

const PIECE_BYTES = 256 * 1024;

/** A growing file: one writes, any number read along, each at its own pace. It closes when all have let go. */
export class Spool {
  written = 0;
  readonly #handle: FileHandle;
  readonly #bytes: number | undefined; // that it will have
  #end: End | undefined;
  #last: { from: number; bytes: Uint8Array } = { from: 0, bytes: new Uint8Array() };
  #waiting: (() => void)[] = [];
  #holders = 0;
  #isClosed = false;

  constructor(handle: FileHandle, bytes: number | undefined) {
    this.#handle = handle;
    this.#bytes = bytes;
  }

  /** False when it is closed already: then the cache has it. */
  hold(): boolean {
    if (this.#isClosed) return false;
    this.#holders += 1;
    return true;
  }

  async release(): Promise<void> {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    this.#isClosed = true;
    await this.#handle.close();
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#bytes !== undefined && this.written + bytes.length > this.#bytes)
      throw new Error("it is longer than it said");
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await this.#handle
        .write(bytes, at, bytes.length - at, this.written + at)
        .catch((error: NodeJS.ErrnoException) => {
          throw new NoRoom(`the disk takes no more (${error.code})`);
        });
      at += bytesWritten;
    }
    this.#last = { from: this.written, bytes };
    this.written += bytes.length;
    this.#wake();
  }

  end(end: End): void {
    this.#end = end;
    this.#last = { from: 0, bytes: new Uint8Array() };
    this.#wake();
  }

  /** From `at` on, as soon as there is something; for who holds it. */
  async *pieces(at: number, to: number): AsyncGenerator<Uint8Array, void> {
    for (let next = at; next < to; ) {
      const ready = Math.min(to, this.#ready());
      if (next < ready) {
        const bytes = await this.#read(next, ready);
        next += bytes.length;
        yield bytes;
      } else if (this.#end?.is === "whole") return;
      else if (this.#end !== undefined) throw new BrokenOff(this.#end, next);
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** The last byte waits until all were judged: nobody takes a wrong file for a whole one. */
  #ready(): number {
    if (this.#end?.is === "whole" || this.#bytes === undefined) return this.written;
    return Math.min(this.written, this.#bytes - 1);
  }

  /** Who keeps pace reads from memory. */
  async #read(from: number, to: number): Promise<Uint8Array> {
    const last = this.#last;
    if (from >= last.from && from < last.from + last.bytes.length)
      return last.bytes.subarray(from - last.from, to - last.from);
    const piece = Buffer.allocUnsafe(Math.min(to - from, PIECE_BYTES));
    const { bytesRead } = await this.#handle.read(piece, 0, piece.length, from);
    if (bytesRead === 0) throw new Error("the file became shorter while it was sent");
    return piece.subarray(0, bytesRead);
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
