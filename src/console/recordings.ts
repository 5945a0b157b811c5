import { type FileHandle, open, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { Fault } from "../base/fault.ts";
import { type CastEvent, readCastLine } from "./core/asciicast.ts";
import { type CastIndex, pieceAt, readCastIndex, tellsOf } from "./core/cast-index.ts";
import { type CastName, readCastName } from "./core/cast-name.ts";
import { type LogLine, Transcript } from "./core/transcript.ts";

const inflate = promisify(gunzip);
const MOST_INFLATED = 64 * 1024 * 1024;
const YIELD_EVERY = 64; // pieces: a long search lets others have their turn

export type Kept = {
  readonly file: string;
  readonly machine: string;
  readonly startedAt: number;
  readonly endedAt: number | null; // null: it is being written, or its recorder was killed
  readonly bytes: number; // on disk
  readonly sealed: boolean;
};
type Span = { readonly since?: number | undefined; readonly until?: number | undefined };

/** The recordings in a directory, to be listed and read. */
export class Recordings {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** The newest first. */
  async of(machine: string): Promise<Kept[]> {
    const kept = await Promise.all((await this.names(machine)).map((name) => this.#kept(name)));
    return kept.flatMap((one) => one ?? []);
  }

  async names(machine?: string): Promise<CastName[]> {
    const all = await readdir(this.directory).catch(() => []); // nothing was recorded yet
    const names = all.flatMap((name) => readCastName(name) ?? []);
    // while one is sealed, both are there
    const sealed = new Set(names.filter(({ isSealed }) => isSealed).map(({ file }) => file));
    return names
      .filter((name) => machine === undefined || name.machine === machine)
      .filter(({ file, isSealed }) => isSealed || !sealed.has(file))
      .sort((a, b) => b.startedAt - a.startedAt);
  }

  async index(machine: string, file: string): Promise<CastIndex & { readonly startedAt: number }> {
    const name = await this.#find(machine, file);
    const index = await this.#indexOf(name);
    if (index !== undefined) return { ...index, startedAt: name.startedAt };
    let [lengthMs, bytes] = [0, 0];
    const marks: CastIndex["marks"][number][] = [];
    for await (const text of this.#texts(name, 0)) {
      const told = tellsOf(text);
      lengthMs = Math.max(lengthMs, told.lastMs);
      bytes += Buffer.byteLength(text);
      marks.push(...told.marks);
    }
    return { startedAt: name.startedAt, lengthMs, bytes, pieces: [{ ms: 0, offset: 0 }], marks };
  }

  /** Events from a moment on, at least one piece and about `most` characters; `next` is where to go on. */
  async read(machine: string, file: string, { from, most }: { from: number; most: number }) {
    const name = await this.#find(machine, file);
    const events: CastEvent[] = [];
    let [length, next] = [0, null as number | null];
    for await (const event of this.#events(name, from)) {
      const isSameMoment = event.ms === events.at(-1)?.ms;
      if (length >= most && !isSameMoment) {
        next = event.ms;
        break;
      }
      events.push(event);
      length += event.text.length;
    }
    return { startedAt: name.startedAt, events, next };
  }

  /** All of it, from the beginning. */
  async *events(machine: string, file: string): AsyncGenerator<CastEvent> {
    yield* this.#events(await this.#find(machine, file), 0);
  }

  /** The lines that a machine wrote in a span, the oldest first. */
  async *lines(
    machine: string,
    { since = 0, until = Number.POSITIVE_INFINITY }: Span,
  ): AsyncGenerator<LogLine> {
    const names = (await this.names(machine)).reverse();
    for (const [i, name] of names.entries()) {
      const next = names[i + 1];
      if (name.startedAt > until || (next !== undefined && next.startedAt <= since)) continue;
      const transcript = new Transcript(name.startedAt);
      const wanted = ({ at }: LogLine) => at >= since && at <= until;
      for await (const event of this.#events(name, Math.max(0, since - name.startedAt))) {
        if (name.startedAt + event.ms > until) break;
        yield* transcript.read(event).filter(wanted);
      }
      yield* transcript.end().filter(wanted);
    }
  }

  /** A bounded part of those lines; `next` is where to go on, at a moment of which all lines are given. */
  async log(machine: string, { text, limit, ...span }: Span & { text?: string | undefined; limit: number }) {
    const lines: LogLine[] = [];
    const wanted = text?.toLowerCase();
    for await (const line of this.lines(machine, span)) {
      if (wanted !== undefined && !line.text.toLowerCase().includes(wanted)) continue;
      if (lines.length >= limit && line.at !== lines.at(-1)!.at)
        return { lines, next: line.at as number | null };
      lines.push(line);
    }
    return { lines, next: null };
  }

  async #kept(name: CastName): Promise<Kept | undefined> {
    const { file, machine, startedAt, isSealed: sealed } = name;
    try {
      const { size, mtimeMs } = await stat(this.pathOf(name));
      const index = sealed ? await this.#indexOf(name) : undefined;
      const endedAt = sealed ? startedAt + (index?.lengthMs ?? Math.max(0, mtimeMs - startedAt)) : null;
      return {
        file,
        machine,
        startedAt,
        endedAt: endedAt === null ? null : Math.round(endedAt),
        bytes: size,
        sealed,
      };
    } catch {
      return undefined; // it went meanwhile: its time was over
    }
  }

  pathOf({ file, isSealed }: Pick<CastName, "file" | "isSealed">): string {
    return join(this.directory, isSealed ? `${file}.gz` : file);
  }

  indexPathOf({ file }: Pick<CastName, "file">): string {
    return join(this.directory, `${file}.index`);
  }

  async #find(machine: string, file: string): Promise<CastName> {
    const name = (await this.names(machine)).find((one) => one.file === file);
    if (name === undefined) throw new Fault("console.no-recording", { file, machine });
    return name;
  }

  async #indexOf(name: CastName): Promise<CastIndex | undefined> {
    if (!name.isSealed) return undefined;
    return readFile(this.indexPathOf(name), "utf8").then(readCastIndex, () => undefined);
  }

  async *#events(name: CastName, from: number): AsyncGenerator<CastEvent> {
    for await (const text of this.#texts(name, from)) {
      for (const line of text.split("\n")) {
        const event = readCastLine(line);
        if (event !== undefined && event.ms >= from) yield event;
      }
    }
  }

  /** Whole lines from the piece on in which that moment is. */
  async *#texts(name: CastName, from: number): AsyncGenerator<string> {
    const index = await this.#indexOf(name);
    if (index === undefined) {
      const bytes = await readFile(this.pathOf(name));
      yield (name.isSealed ? await inflate(bytes, { maxOutputLength: MOST_INFLATED }) : bytes).toString();
      return;
    }
    const file = await open(this.pathOf(name));
    try {
      for (let i = pieceAt(index, from); i < index.pieces.length; i += 1) {
        yield (await piece(file, index.pieces[i]!.offset, index.pieces[i + 1]?.offset)).toString();
        if (i % YIELD_EVERY === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      await file.close();
    }
  }
}

async function piece(file: FileHandle, from: number, to: number | undefined): Promise<Buffer> {
  const bytes = Buffer.alloc((to ?? (await file.stat()).size) - from);
  await file.read(bytes, 0, bytes.length, from);
  return inflate(bytes, { maxOutputLength: MOST_INFLATED });
}
