import { constants } from "node:fs";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { join, sep } from "node:path";

export type Opened =
  | { readonly is: "open"; readonly handle: FileHandle; readonly bytes: number }
  | { readonly is: "refused"; readonly because: string }
  | { readonly is: "missing"; readonly because: string };

/**
 * Opens a regular file whose real place is inside the real root. Debian's trees are full of symlinks, so
 * links are followed, but not out; a FIFO or device is opened without waiting for its other end, and refused.
 */
export async function openInside(root: string, path: string): Promise<Opened> {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.length === 0) return { is: "refused", because: "no file is named" };
  if (path.includes("\0")) return { is: "refused", because: "the name holds a NUL" };
  if (parts.includes("..")) return { is: "refused", because: "the name climbs out of the tree" };
  try {
    const realRoot = await realpath(root);
    const real = await realpath(join(realRoot, ...parts));
    const fence = realRoot.endsWith(sep) ? realRoot : realRoot + sep;
    if (!real.startsWith(fence)) return { is: "refused", because: "a symbolic link leads out of the tree" };
    return await openRegular(real);
  } catch (error) {
    return refusalOf(error as NodeJS.ErrnoException);
  }
}

async function openRegular(real: string): Promise<Opened> {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW | constants.O_NOCTTY;
  const handle = await open(real, flags);
  const found = await handle.stat();
  if (found.isFile()) return { is: "open", handle, bytes: found.size };
  await handle.close();
  return { is: "refused", because: "it is not a regular file" };
}

const ABSENT = ["ENOENT", "ENOTDIR", "ENAMETOOLONG"];
const REFUSED: Readonly<Record<string, string>> = {
  EACCES: "it may not be read",
  EPERM: "it may not be read",
  ELOOP: "its symbolic links lead in a circle",
  ENXIO: "it is not a regular file",
};

function refusalOf(error: NodeJS.ErrnoException): Opened {
  const code = error.code ?? "";
  if (ABSENT.includes(code)) return { is: "missing", because: "there is no such file" };
  const because = REFUSED[code];
  if (because !== undefined) return { is: "refused", because };
  return { is: "refused", because: `it cannot be opened (${code || error.message})` };
}
