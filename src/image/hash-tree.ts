import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { pipeline } from "node:stream/promises";

/**
 * The hashes of a tree's files, by path from its root, links to files inside among them. What leads out of
 * the tree, or is neither file, folder nor link, is an error.
 */
export async function hashTree(root: string, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const top = await realpath(root);
  const hashes = new Map<string, string>();
  const entries = await readdir(top, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    signal?.throwIfAborted();
    if (entry.isDirectory()) continue;
    const full = join(entry.parentPath, entry.name);
    const path = full.slice(top.length + 1);
    if (!entry.isFile() && !entry.isSymbolicLink()) throw new Error(`${path} is no plain file`);
    const real = await realpath(full);
    if (!real.startsWith(top + sep)) throw new Error(`${path} is a link out of the tree`);
    if (entry.isFile()) hashes.set(path, await sha256(real, signal));
  }
  return hashes;
}

export async function sha256(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 18 }), hash, signal ? { signal } : {});
  return hash.digest("hex");
}
