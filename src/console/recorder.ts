import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Cast, castHeader, castLine, mostOfOutput, writeOutput } from "./core/asciicast.ts";
import { castName } from "./core/cast-name.ts";
import { Pile } from "./pile.ts";

/**
 * How often what waits is written to disk, by all recorders at the same moments: waking a thread for each
 * costs more than the writing. A program that is killed loses as much.
 */
const FLUSH_MS = 2000;
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
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #directory: string;
  readonly #waiting = new Pile();
  #file: FileHandle | undefined;
  #dueAt: number | undefined; // what waits
  #isCut = false; // the decoder may hold the beginning of a character
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
    this.#put(castHeader({ ...cast, title: machine }), this.#began);
  }

  /** How long it has been recording at that moment; ms. */
  elapsed(at: number): number {
    return at - this.#began;
  }

  /** Lent bytes that came at that moment. */
  said(bytes: Uint8Array, at: number): void {
    if (this.#isOver) return;
    if (this.#waiting.length > MOST_WAITING) {
      this.#skipped += bytes.length;
      return;
    }
    if (this.#skipped > 0) this.mark(`${this.#skipped} bytes were not recorded: the disk is too slow`);
    this.#skipped = 0;
    if (!this.#isCut && this.#saidPlainly(bytes, at)) return;
    this.#isCut = bytes.at(-1)! >= 0x80;
    const text = this.#decoder.decode(bytes, { stream: true });
    if (text !== "") this.#put(castLine(this.elapsed(at), "o", text), at);
  }

  /** Nearly all that a serial line says is ASCII, and need not become text and bytes again. */
  #saidPlainly(bytes: Uint8Array, at: number): boolean {
    const place = this.#waiting.room(mostOfOutput(bytes));
    const from = this.#waiting.length;
    const end = writeOutput(place, from, this.elapsed(at), bytes);
    if (end === undefined) return false;
    this.#waiting.wrote(end - from);
    this.#waits(at);
    return true;
  }

  mark(says: string): void {
    const at = this.#even();
    this.#put(castLine(this.elapsed(at), "m", says), at);
  }

  resized(columns: number, rows: number): void {
    const at = this.#even();
    this.#put(castLine(this.elapsed(at), "r", `${columns}x${rows}`), at);
  }

  /** Writes when it is time to; whether something waits. */
  visit(now: number): boolean {
    if (this.#dueAt !== undefined && now >= this.#dueAt) this.#flush();
    return this.#dueAt !== undefined;
  }

  async close(): Promise<void> {
    this.#flush();
    await this.#writing;
    this.#isOver = true;
    await this.#file?.close().catch(() => {}); // what was written is there already
  }

  #put(line: string, at: number): void {
    if (this.#isOver) return;
    this.#waiting.putText(line);
    this.#waits(at);
  }

  #waits(at: number): void {
    this.#dueAt ??= (Math.floor(at / FLUSH_MS) + 1) * FLUSH_MS;
    if (this.#waiting.length <= FLUSH_AT || this.#isDue) return;
    this.#isDue = true;
    this.#flush();
  }

  #flush(): void {
    this.#dueAt = undefined;
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
