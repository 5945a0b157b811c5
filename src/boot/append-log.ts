import { constants } from "node:fs";
import { type FileHandle, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** The log is folded to what holds when it is that long, and many times what it was after the last time. */
const [FOLDED_FROM_BYTES, FOLDED_AT_TIMES] = [4 << 20, 8];

/** Each write is on disk when it returns, as after fdatasync (open(2)): one call, where two cost their way twice. */
const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND, O_DSYNC } = constants;
const ON_DISK = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_DSYNC;

/** Lines that are on disk when whoever wrote them hears of it; many at once share a write. */
export class AppendLog {
  readonly #path: string;
  readonly #all: () => Iterable<object>;
  #file: FileHandle | undefined;
  #bytes = 0;
  #most = FOLDED_FROM_BYTES;
  #waiting = "";
  #next: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** `all` is what holds, one line each. */
  constructor(path: string, all: () => Iterable<object>) {
    this.#path = path;
    this.#all = all;
  }

  async open(): Promise<this> {
    await this.#fold();
    return this;
  }

  /** Resolves when the line is on disk. */
  keep(line: object): Promise<void> {
    this.#waiting += textOf(line);
    this.#next ??= this.#writing.then(() => this.#write());
    return this.#next;
  }

  async close(): Promise<void> {
    await this.#next;
    await this.#writing;
    await this.#file?.close();
  }

  #write(): Promise<void> {
    const text = this.#waiting;
    this.#waiting = "";
    this.#next = undefined;
    const done = this.#append(text);
    // whoever waits for this write hears of its failure; the next one is tried anew
    this.#writing = done.then(() => this.#foldIfLong()).catch(() => {});
    return done;
  }

  /** After a failure nobody knows what of the file is on disk (fsync(2)), so it is written anew. */
  async #append(text: string): Promise<void> {
    if (this.#file === undefined) await this.#fold();
    try {
      await this.#file!.appendFile(text);
      this.#bytes += text.length;
    } catch (error) {
      const broken = this.#file;
      this.#file = undefined;
      await broken?.close().catch(() => {}); // its trouble is told already
      throw error;
    }
  }

  async #foldIfLong(): Promise<void> {
    if (this.#bytes < this.#most) return;
    this.#most *= 2; // where it fails, not at once again
    await this.#fold();
  }

  /** In its place by one rename: a crash leaves the old file or the new one. */
  async #fold(): Promise<void> {
    const fresh = `${this.#path}.new`;
    const text = [...this.#all()].map(textOf).join("");
    const handle = await open(fresh, ON_DISK, 0o640);
    try {
      await handle.writeFile(text);
      await handle.sync();
      await rename(fresh, this.#path);
      await syncFolder(dirname(this.#path));
    } catch (error) {
      await handle.close();
      throw error;
    }
    await this.#file?.close();
    this.#file = handle; // it writes on where the text ends
    this.#bytes = text.length;
    this.#most = Math.max(FOLDED_FROM_BYTES, text.length * FOLDED_AT_TIMES);
  }
}

const textOf = (line: object): string => `${JSON.stringify(line)}\n`;

/** Else a power loss may undo the rename. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  await folder.sync().finally(() => folder.close());
}

export async function linesIn(path: string): Promise<string[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return text.split("\n");
}

/** The last word on each address, oldest first. A line that a power loss cut off was never acknowledged. */
export function lastOfEach<L extends { readonly address: string }>(
  lines: readonly string[],
  read: (line: string) => L | undefined,
): L[] {
  const leases = new Map<string, L>();
  for (const line of lines) {
    const lease = read(line);
    if (lease === undefined) continue;
    leases.delete(lease.address);
    leases.set(lease.address, lease);
  }
  return [...leases.values()];
}
