import { open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { CastIndex } from "./core/cast-index.ts";
import { piecesOf, tellsOf } from "./core/cast-index.ts";
import type { CastName } from "./core/cast-name.ts";
import type { Recordings } from "./recordings.ts";

const compress = promisify(gzip);
const PIECE = 256 * 1024;
const SWEEP_MS = 60_000;

export type Retention = { readonly olderThanMs: number; readonly mostBytes: number };
export const RETENTION: Retention = { olderThanMs: 90 * 86_400_000, mostBytes: 20e9 };

export type KeeperNeeds = {
  readonly recordings: Recordings;
  readonly retention: () => Retention;
  readonly now: () => number;
  /** Whose recordings it seals; others may be written by somebody else. */
  readonly isOurs: (machine: string) => boolean;
  readonly isWritten: (path: string) => boolean; // now, by a recorder of ours
  readonly troubled: (error: unknown) => void;
};

/** Seals recordings that have ended, and removes those whose time or room is over. */
export class Keeper {
  readonly #needs: KeeperNeeds;
  readonly #timer: NodeJS.Timeout;
  #sweeping: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(needs: KeeperNeeds) {
    this.#needs = needs;
    this.#timer = setInterval(() => void this.sweep(), SWEEP_MS);
    this.#timer.unref();
  }

  sweep(): Promise<void> {
    this.#sweeping = this.#sweeping.then(() => this.#sweep()).catch(this.#needs.troubled);
    return this.#sweeping;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  async #sweep(): Promise<void> {
    const { recordings } = this.#needs;
    await this.#remove();
    for (const name of await recordings.names()) {
      if (this.#isStopped) return;
      if (!name.isSealed && this.#hasEnded(name)) await seal(recordings, name);
    }
  }

  /** The oldest go first; what is being written stays. */
  async #remove(): Promise<void> {
    const { recordings, now } = this.#needs;
    const { mostBytes, olderThanMs } = this.#needs.retention();
    let room = mostBytes;
    for (const name of await recordings.names()) {
      const path = recordings.pathOf(name);
      const bytes = await stat(path).then(
        ({ size }) => size,
        () => 0,
      );
      room -= bytes;
      if (!this.#hasEnded(name)) continue;
      const isOver = room < 0 || name.startedAt < now() - olderThanMs;
      if (!isOver) continue;
      room += bytes;
      await rm(path, { force: true });
      await rm(recordings.indexPathOf(name), { force: true });
    }
  }

  #hasEnded(name: CastName): boolean {
    const { recordings, isOurs, isWritten } = this.#needs;
    return name.isSealed || (isOurs(name.machine) && !isWritten(recordings.pathOf(name)));
  }
}

/**
 * Compresses a recording piece by piece: each is a gzip member of its own, and RFC 1952 2.2 makes the whole
 * one gzip file. What is there under either name is whole, whenever this is killed.
 */
export async function seal(recordings: Recordings, name: CastName): Promise<void> {
  const plain = recordings.pathOf(name);
  const sealed = recordings.pathOf({ ...name, isSealed: true });
  const text = await readFile(plain, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1); // a line that was cut off by a kill goes
  const parts: Buffer[] = [];
  const pieces: { ms: number; offset: number }[] = [];
  const marks: CastIndex["marks"][number][] = [];
  let [offset, lengthMs] = [0, 0];
  for (const part of piecesOf(whole, PIECE)) {
    const told = tellsOf(part);
    pieces.push({ ms: told.firstMs ?? lengthMs, offset });
    marks.push(...told.marks);
    lengthMs = Math.max(lengthMs, told.lastMs);
    parts.push(await compress(part));
    offset += parts.at(-1)!.length;
  }
  if (pieces.length === 0) return rm(plain, { force: true });
  const index: CastIndex = { lengthMs, bytes: Buffer.byteLength(whole), pieces, marks };
  await writeWhole(recordings.indexPathOf(name), Buffer.from(JSON.stringify(index)));
  await writeWhole(sealed, Buffer.concat(parts));
  await rm(plain, { force: true });
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.draft`;
  try {
    await writeFile(draft, bytes, { mode: 0o640 });
    const file = await open(draft);
    await file.sync();
    await file.close();
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
