import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Kept, MOST_TRAILER, readTrailer, writeTrailer } from "./core/kept-file.ts";
import { toEvict } from "./core/room.ts";

export type CacheWish = {
  readonly directory: string;
  readonly mostBytes: number;
  readonly now: () => number;
  readonly reserveBytes?: number; // that stay free on the disk for everybody else
};
/** A file on its way in. Whoever got it closes the handle, and ends it by `keep` or `drop`. */
export type Incoming = {
  readonly handle: FileHandle;
  readonly claim: (bytes: number) => boolean; // so many more; false: there is no room
  readonly keep: (kept: Kept) => Promise<void>;
  readonly drop: () => Promise<void>;
};
export type Taken = { readonly kept: Kept; readonly handle: FileHandle };
type Entry = { readonly name: string; readonly bytes: number; touchedAt: number };

const RESERVE_BYTES = 1e9;
const TOUCH_MS = 3_600_000; // the order of use is written down so seldom, and survives a restart
const MOST_KNOWN = 4000;
const FREE_FOR_MS = 1000; // the disk is not asked for its room by each file

/** Files on disk, bounded; the longest unused go first. A file is there whole, or not at all. */
export class Cache {
  mostBytes: number;
  readonly #wish: CacheWish;
  readonly #entries = new Map<string, Entry>(); // the longest unused first
  readonly #known = new Map<string, Kept>();
  readonly #writing = new Set<Promise<void>>();
  #heldBytes = 0; // with what is claimed
  #mostOnDisk = 0;
  #freeAt = Number.NEGATIVE_INFINITY;
  #syncing: Promise<unknown> = Promise.resolve();

  constructor(wish: CacheWish) {
    this.#wish = wish;
    this.mostBytes = wish.mostBytes;
  }

  get held(): { bytes: number; files: number } {
    return { bytes: this.#heldBytes, files: this.#entries.size };
  }

  /** What a killed service left half done goes; what it kept is found again. */
  async open(): Promise<this> {
    await rm(this.#folder("coming"), { recursive: true, force: true });
    for (const folder of ["coming", "files"] as const) await mkdir(this.#folder(folder), { recursive: true });
    const found: Entry[] = [];
    for (const folder of await readdir(this.#folder("files"))) {
      const names = await readdir(join(this.#folder("files"), folder)).catch(() => []);
      const stats = await Promise.all(names.map((name) => stat(this.#place(name)).catch(() => undefined)));
      for (const [i, one] of stats.entries())
        if (one?.isFile()) found.push({ name: names[i]!, bytes: one.size, touchedAt: one.mtimeMs });
    }
    for (const entry of found.sort((a, b) => a.touchedAt - b.touchedAt)) this.#add(entry);
    this.#makeRoom(0, this.mostBytes);
    return this;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#writing);
  }

  /** What is known of a kept file. */
  async look(key: string): Promise<Kept | undefined> {
    const name = nameOf(key);
    const known = this.#entries.has(name) ? this.#known.get(name) : undefined;
    if (known !== undefined) return known;
    const taken = await this.take(key);
    await taken?.handle.close();
    return taken?.kept;
  }

  /** The file opened: its bytes stand from 0 to `kept.bytes`. One that is damaged is none, and goes. */
  async take(key: string): Promise<Taken | undefined> {
    const name = nameOf(key);
    if (!this.#entries.has(name)) return undefined;
    const handle = await open(this.#place(name), "r").catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error; // somebody removed it by hand
    });
    const kept = handle && (this.#known.get(name) ?? (await keptIn(handle).catch(() => undefined)));
    if (handle && kept?.key === key) {
      this.#know(name, kept);
      this.#touch(name);
      return { kept, handle };
    }
    await handle?.close();
    this.remove(key);
    return undefined;
  }

  /** Upstream said that it is unchanged. */
  confirm(kept: Kept): void {
    const name = nameOf(kept.key);
    if (this.#entries.has(name)) this.#know(name, { ...kept, checkedAt: this.#wish.now() });
  }

  remove(key: string): void {
    this.#evict(nameOf(key));
  }

  /** A place for a file of so many bytes, or of nobody knows how many; nothing when there is no room. */
  async begin(bytes = 0): Promise<Incoming | undefined> {
    const most = await this.#mostNow();
    const path = join(this.#folder("coming"), randomUUID());
    let claimed = 0;
    const claim = (more: number) => {
      if (!this.#makeRoom(more, most)) return false;
      claimed += more;
      this.#heldBytes += more;
      return true;
    };
    const give = () => {
      this.#heldBytes -= claimed;
      claimed = 0;
    };
    if (!claim(bytes)) return undefined;
    const handle = await open(path, "wx+", 0o600).catch(() => undefined);
    if (handle === undefined) give();
    if (handle === undefined) return undefined;
    const drop = async () => {
      give();
      await rm(path, { force: true });
    };
    const keep = async (kept: Kept) => {
      const trailer = writeTrailer(kept);
      await handle.write(trailer, 0, trailer.length, kept.bytes);
      await this.#oneByOne(() => handle.datasync());
      const name = nameOf(kept.key);
      await rename(path, this.#place(name)).catch(async () => {
        await mkdir(dirname(this.#place(name)), { recursive: true });
        await rename(path, this.#place(name));
      });
      give();
      this.#forget(name);
      this.#add({ name, bytes: kept.bytes + trailer.length, touchedAt: this.#wish.now() });
      this.#know(name, kept);
    };
    return { handle, claim, keep: (kept) => this.#while(keep(kept)), drop };
  }

  /** The bound of the settings, or less where the disk has less. */
  async #mostNow(): Promise<number> {
    if (performance.now() - this.#freeAt > FREE_FOR_MS) {
      const { bavail, bsize } = await statfs(this.#folder("files"));
      const reserve = this.#wish.reserveBytes ?? RESERVE_BYTES;
      this.#mostOnDisk = this.#heldBytes + bavail * bsize - reserve;
      this.#freeAt = performance.now();
    }
    return Math.min(this.mostBytes, this.#mostOnDisk);
  }

  #makeRoom(coming: number, most: number): boolean {
    const names = toEvict(this.#entries.values(), { heldBytes: this.#heldBytes, coming, most });
    for (const name of names ?? []) this.#evict(name);
    return names !== undefined && this.#heldBytes + coming <= most;
  }

  #add(entry: Entry): void {
    this.#entries.set(entry.name, entry);
    this.#heldBytes += entry.bytes;
  }

  #forget(name: string): void {
    this.#heldBytes -= this.#entries.get(name)?.bytes ?? 0;
    this.#entries.delete(name);
    this.#known.delete(name);
  }

  #evict(name: string): void {
    if (!this.#entries.has(name)) return;
    this.#forget(name);
    this.#while(rm(this.#place(name), { force: true })).catch(() => {}); // found again at the next start
  }

  #know(name: string, kept: Kept): void {
    this.#known.set(name, kept);
    if (this.#known.size > MOST_KNOWN) this.#known.delete(this.#known.keys().next().value!);
  }

  #touch(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    const now = this.#wish.now();
    if (now - entry.touchedAt < TOUCH_MS) return;
    entry.touchedAt = now;
    const noted = this.#while(utimes(this.#place(name), now / 1000, now / 1000));
    noted.catch(() => {}); // it goes a little earlier then
  }

  /** A slow disk must not hold all threads that this process reads files with. */
  #oneByOne(sync: () => Promise<void>): Promise<void> {
    const done = this.#syncing.then(sync);
    this.#syncing = done.catch(() => {}); // whoever asked for it hears of it
    return done;
  }

  /** Waited for when the cache is closed; whoever awaits it hears of its failure. */
  #while(work: Promise<void>): Promise<void> {
    const quiet = work.catch(() => {}).finally(() => this.#writing.delete(quiet));
    this.#writing.add(quiet);
    return work;
  }

  #folder(name: "coming" | "files"): string {
    return join(this.#wish.directory, name);
  }

  #place(name: string): string {
    return join(this.#folder("files"), name.slice(0, 2), name);
  }
}

const nameOf = (key: string): string => createHash("sha256").update(key).digest("hex").slice(0, 40);

async function keptIn(handle: FileHandle): Promise<Kept | undefined> {
  const { size } = await handle.stat();
  const end = Buffer.alloc(Math.min(size, MOST_TRAILER));
  await handle.read(end, 0, end.length, size - end.length);
  const read = readTrailer(end, size);
  return read.ok ? read.value : undefined;
}
