import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Cast, castHeader, castLine } from "./core/asciicast.ts";
import { castName } from "./core/cast-name.ts";
import { Pile } from "./pile.ts";

/** Of five hundred consoles each writes to disk so often; a program that is killed loses as much. */
const FLUSH_MS = 1000;
const FLUSH_AT = 128 * 1024;
/** Waiting for a disk that does not take more is bounded: what comes on top of this is not recorded, and told. */
const MOST_WAITING = 8 * 1024 * 1024;

/** One recording of one console: an asciicast v2 file whose every line is whole, whenever it is read. */
export class Recorder {
  readonly path: string;
  readonly startedAt: number;
  bytes = 0;
  readonly #even: () => number;
  readonly #began: number;
  readonly #failed: (error: Error) => void;
  readonly #decoder = new TextDecoder();
  readonly #directory: string;
  readonly #waiting = new Pile();
  #file: FileHandle | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isDue = false; // to be written as soon as what is being written is
  #isOver = false;
  #skipped = 0;

  /** `failed` comes once, when the disk takes no more; nothing is recorded from then on. */
  constructor(
    directory: string,
    machine: string,
    cast: Omit<Cast, "title"> & { readonly even: () => number }, // ms, whoever sets the date
    failed: (error: Error) => void,
  ) {
    this.#even = cast.even;
    this.#began = cast.even();
    this.startedAt = cast.startedAt;
    this.#directory = directory;
    this.path = join(directory, castName(machine, cast.startedAt));
    this.#failed = failed;
    this.#put(castHeader({ ...cast, title: machine }));
  }

  /** How long it has been recording; ms. */
  get elapsed(): number {
    return this.#even() - this.#began;
  }

  said(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    if (text === "") return;
    if (this.#waiting.length > MOST_WAITING) this.#skipped += bytes.length;
    else {
      if (this.#skipped > 0) this.mark(`${this.#skipped} bytes were not recorded: the disk is too slow`);
      this.#skipped = 0;
      this.#put(castLine(this.elapsed, "o", text));
    }
  }

  mark(says: string): void {
    this.#put(castLine(this.elapsed, "m", says));
  }

  resized(columns: number, rows: number): void {
    this.#put(castLine(this.elapsed, "r", `${columns}x${rows}`));
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#flush();
    await this.#writing;
    this.#isOver = true;
    await this.#file?.close().catch(() => {}); // what was written is there already
  }

  #put(line: string): void {
    if (this.#isOver) return;
    this.#waiting.putText(line);
    if (this.#waiting.length > FLUSH_AT && !this.#isDue) {
      this.#isDue = true;
      this.#flush();
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, FLUSH_MS);
  }

  #flush(): void {
    this.#writing = this.#writing.then(async () => {
      if (this.#isOver || this.#waiting.length === 0) return;
      const bytes = this.#waiting.take();
      this.#isDue = false;
      await this.#write(bytes);
    });
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      this.#file ??= await this.#open();
      for (let at = 0; at < bytes.length; ) {
        at += (await this.#file.write(bytes, at, bytes.length - at, this.bytes + at)).bytesWritten;
      }
      this.bytes += bytes.length;
    } catch (error) {
      this.#isOver = true;
      await this.#file?.truncate(this.bytes).catch(() => {}); // half a line goes; if not, a reader passes over it
      await this.#file?.close().catch(() => {});
      this.#file = undefined;
      if (this.bytes === 0) await rm(this.path, { force: true }).catch(() => {}); // nor was it there
      this.#failed(error as Error);
    }
  }

  async #open(): Promise<FileHandle> {
    await mkdir(this.#directory, { recursive: true, mode: 0o750 });
    return open(this.path, "wx", 0o640);
  }
}
