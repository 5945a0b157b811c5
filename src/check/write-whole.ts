import { open, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Whoever reads it finds the old text or the new one. What is no plain file, such as /dev/stdout, is written into. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined && !there.isFile()) return writeFile(path, text);
  const to = there === undefined ? path : await realpath(path);
  const beside = join(dirname(to), `.${basename(to)}.${process.pid}.new`); // no name that a collector reads
  try {
    const file = await open(beside, "w", there?.mode ?? 0o644);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, to);
  } finally {
    await rm(beside, { force: true });
  }
}
