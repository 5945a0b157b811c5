import { type FileHandle, open, readFile, rename } from "node:fs/promises";

/** Lines that are on disk when whoever wrote them hears of it; many at once share a write and its fdatasync. */
export class AppendLog {
  readonly #file: FileHandle;
  #waiting = "";
  #next: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Resolves when the line is on disk. */
  keep(line: object): Promise<void> {
    this.#waiting += `${JSON.stringify(line)}\n`;
    this.#next ??= this.#writing.then(() => this.#write());
    return this.#next;
  }

  async close(): Promise<void> {
    await this.#next;
    await this.#writing;
    await this.#file.close();
  }

  #write(): Promise<void> {
    const text = this.#waiting;
    this.#waiting = "";
    this.#next = undefined;
    const done = this.#file.appendFile(text).then(() => this.#file.datasync());
    this.#writing = done.catch(() => {}); // whoever waits for this write hears of it; the next one is tried anew
    return done;
  }
}

/** The file with these lines, in its place by one rename: a crash leaves the old one or the new one. */
export async function startAnew(path: string, kept: readonly object[]): Promise<FileHandle> {
  const fresh = `${path}.new`;
  const handle = await open(fresh, "w", 0o640);
  await handle.writeFile(kept.map((line) => `${JSON.stringify(line)}\n`).join(""));
  await handle.sync();
  await handle.close();
  await rename(fresh, path);
  return open(path, "a");
}

export async function linesIn(path: string): Promise<string[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return text.split("\n");
}
