import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { join, sep } from "node:path";

/** Menus and version files are a few kilobytes; whatever is larger is none of them. */
const MOST_BYTES = 1 << 18;

/**
 * The first bytes of a file of the tree, or nothing when it is not there. Links are followed while they stay
 * inside the root; what leads out, or is no plain file, is an error. Opening never blocks, so a FIFO cannot
 * hold us up.
 */
export async function readInside(
  root: string,
  path: string,
  most = MOST_BYTES,
): Promise<Uint8Array | undefined> {
  const real = await realPathInside(root, path);
  if (real === undefined) return undefined;
  const file = await open(join(root, real), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const { size } = await file
      .stat()
      .then((stat) => (stat.isFile() ? stat : Promise.reject(notPlain(path))));
    const buffer = new Uint8Array(Math.min(size, most));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The path from the root with every link resolved; nothing when there is no such file. */
export async function realPathInside(root: string, path: string): Promise<string | undefined> {
  const top = await realpath(root);
  const real = await realpath(join(root, path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (real === undefined) return undefined;
  if (!real.startsWith(top + sep)) throw new Error(`${path} is a link out of the tree`);
  return real.slice(top.length + 1);
}

const notPlain = (path: string) => new Error(`${path} is not a plain file`);
