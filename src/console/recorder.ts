import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import { type Cast, castHeader, castLine } from "./core/asciicast.ts";

/** One recording of one console: an asciicast v2 file that is whole at every moment. */
export class Recorder {
  readonly path: string;
  readonly startedAt: number;
  bytes = 0;
  failed: Error | undefined;
  readonly #file: WriteStream;
  readonly #decoder = new TextDecoder();

  constructor(directory: string, machine: string, cast: Omit<Cast, "title">) {
    mkdirSync(directory, { recursive: true, mode: 0o750 });
    this.startedAt = cast.startedAt;
    const stamp = new Date(cast.startedAt).toISOString().replace(/[:.]/g, "-");
    this.path = join(directory, `${machine}-${stamp}.cast`);
    this.#file = createWriteStream(this.path, { flags: "wx", mode: 0o640 });
    this.#file.on("error", (error) => {
      this.failed = error;
    });
    this.#put(castHeader({ ...cast, title: machine }));
  }

  said(at: number, bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    if (text !== "") this.#put(castLine(at - this.startedAt, "o", text));
  }

  mark(at: number, says: string): void {
    this.#put(castLine(at - this.startedAt, "m", says));
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#file.end(() => resolve()));
  }

  #put(line: string): void {
    if (this.failed !== undefined) return;
    this.bytes += Buffer.byteLength(line);
    this.#file.write(line);
  }
}
