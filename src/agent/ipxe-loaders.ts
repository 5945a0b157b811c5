import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { IPXE_LOADERS } from "../boot/core/dhcp/architectures.ts";
import type { FileAnswer } from "../boot/world.ts";

/** Where Debian's package `ipxe` puts its loaders; only those of the table are served from there. */
const DIRECTORY = "/usr/lib/ipxe";

/** What the path means when it is one of iPXE's loaders. */
export async function ipxeLoader(path: string, directory = DIRECTORY): Promise<FileAnswer | undefined> {
  if (!Object.values(IPXE_LOADERS).includes(path)) return undefined;
  const file = basename(path);
  const isThere = await stat(join(directory, file)).then(
    (found) => found.isFile(),
    () => false,
  );
  if (isThere) return { is: "file", root: directory, path: file };
  const because = `${join(directory, file)} is not here; it is in Debian's package ipxe: apt-get install ipxe`;
  return { is: "missing", because };
}
