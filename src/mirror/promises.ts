import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { Cache, Taken } from "./cache.ts";
import type { Kept } from "./core/kept-file.ts";
import { promisedIn, takePromised } from "./core/packages-text.ts";
import { type SumTable, sumTable } from "./core/sum-table.ts";

/** What a clear-signed Release file vouches for: SHA256 by path below its suite; nothing when it is not to be believed. */
export type Vouch = (inRelease: Uint8Array) => Promise<ReadonlyMap<string, string> | undefined>;

const MOST_RELEASE = 8 << 20;
const MOST_TABLES = 64 << 20;
const UNPACKERS: Readonly<Record<string, (packed: Readable) => Readable>> = {
  gz: (packed) => packed.pipe(createGunzip()).on("error", () => {}),
  xz: (packed) => {
    const child = spawn("xz", ["-dc"], { stdio: ["pipe", "pipe", "ignore"] });
    child.on("error", () => child.stdout.destroy()); // no xz here: nothing is promised
    child.stdin.on("error", () => {});
    packed.pipe(child.stdin);
    return child.stdout;
  },
};
/** The Packages indexes of one Release file that count, by their hashes. */
type Release = {
  readonly sha256: string;
  readonly base: string;
  readonly indexes: ReadonlyMap<string, string>;
};

/**
 * The SHA256 of packages, as indexes promise them that a believed signature vouches for. It learns from the
 * Release files and indexes that pass through, and knows of nothing else.
 */
export class Promises {
  readonly #cache: Cache;
  readonly #vouch: Vouch;
  readonly #releases = new Map<string, Release>(); // by key
  readonly #tables = new Map<string, SumTable>(); // by the index's own hash
  #learning: Promise<void> = Promise.resolve();

  constructor(cache: Cache, vouch: Vouch) {
    this.#cache = cache;
    this.#vouch = vouch;
  }

  /** A file was given or kept: one that promises something is learnt from, in its turn. */
  saw(kept: Kept): void {
    const isNews = kept.key.endsWith("/InRelease")
      ? this.#releases.get(kept.key)?.sha256 !== kept.sha256
      : this.#wants(kept.sha256);
    if (!isNews) return;
    const learn = async () =>
      kept.key.endsWith("/InRelease") ? this.#learnRelease(kept) : this.#learnIndex(kept.key, kept.sha256);
    this.#learning = this.#learning.then(learn).catch(() => {}); // what cannot be read promises nothing
  }

  /** False when an index has another hash for it; true also where none has any. */
  allows(key: string, sha256: string): boolean {
    const [base, path] = key.split(/\/(?=pool\/)/, 2) as [string, string?];
    if (path === undefined) return true;
    const fingerprint = fingerprintOf(path);
    const sums = [...this.#releases.values()].flatMap((release) => {
      if (release.base !== base) return [];
      return [...release.indexes.keys()].flatMap((index) => this.#tables.get(index)?.get(fingerprint) ?? []);
    });
    return sums.length === 0 || sums.some((sum) => Buffer.from(sum).toString("hex") === sha256);
  }

  /** Resolves when all that was seen until now is learnt. */
  settled(): Promise<void> {
    return this.#learning;
  }

  #wants(index: string): boolean {
    return !this.#tables.has(index) && [...this.#releases.values()].some(({ indexes }) => indexes.has(index));
  }

  async #learnRelease({ key, sha256 }: Kept): Promise<void> {
    const taken = await this.#cache.take(key);
    if (taken === undefined || taken.kept.bytes > MOST_RELEASE) return void taken?.handle.close();
    const vouched = await this.#vouch(await bytesOf(taken));
    const suite = key.slice(0, -"/InRelease".length);
    const [base = ""] = suite.split(/\/dists\//, 1);
    const indexes = [...(vouched ?? [])].flatMap(([path, sum]): [string, string][] =>
      /\/Packages(\.gz|\.xz)?$/.test(path) ? [[sum, `${suite}/${path}`]] : [],
    );
    this.#releases.set(key, { sha256, base, indexes: new Map(indexes) });
    const known = new Set([...this.#releases.values()].flatMap((release) => [...release.indexes.keys()]));
    for (const index of this.#tables.keys()) if (!known.has(index)) this.#tables.delete(index);
    for (const [sum, place] of indexes) {
      const byHash = place.replace(/[^/]+$/, `by-hash/SHA256/${sum}`);
      for (const at of [byHash, place])
        if ((await this.#cache.look(at))?.sha256 === sum) await this.#learnIndex(at, sum);
    }
  }

  /** Its name tells how it is packed; a by-hash file's name is the one that the Release file has. */
  async #learnIndex(key: string, index: string): Promise<void> {
    const place = [...this.#releases.values()].flatMap(({ indexes }) => indexes.get(index) ?? [])[0];
    const held = [...this.#tables.values()].reduce((sum, table) => sum + table.bytes(), 0);
    if (place === undefined || !this.#wants(index) || held > MOST_TABLES) return;
    const taken = await this.#cache.take(key);
    if (taken?.kept.sha256 !== index) return void taken?.handle.close();
    const packed = streamOf(taken);
    const text = UNPACKERS[place.split(".").at(-1)!]?.(packed) ?? packed;
    const table = sumTable();
    let rest = "";
    for await (const piece of text as AsyncIterable<Buffer>) {
      const got = takePromised(rest, piece.toString("latin1"));
      rest = got.rest;
      for (const { path, sha256 } of got.promised) table.put(fingerprintOf(path), sha256);
    }
    for (const { path, sha256 } of promisedIn(rest)) table.put(fingerprintOf(path), sha256);
    this.#tables.set(index, table);
  }
}

const fingerprintOf = (path: string): Uint8Array => createHash("sha256").update(path).digest().subarray(0, 8);

const streamOf = ({ kept, handle }: Taken): Readable =>
  handle.createReadStream({ start: 0, end: Math.max(0, kept.bytes - 1) });

async function bytesOf(taken: Taken): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  for await (const piece of streamOf(taken)) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
