import { EFI_LOADERS, type InstallerTree } from "./core/installer-tree.ts";
import type { Grub } from "./core/judge-loaders.ts";
import { readSbat } from "./core/sbat.ts";
import { findImage } from "./find-image.ts";
import { type DebianName, isDebianName, RELEASES, SYSTEM_IMAGES } from "./places.ts";
import { readInside, realPathInside } from "./read-inside.ts";

const MOST_LOADER = 1 << 24;

/**
 * The tree whose shim and GRUB a UEFI machine gets: of Debian releases that are here, the newest, whichever
 * of them is booted. All are signed by the same key, and the newest is revoked last. A tree that was named by
 * its directory keeps its own.
 */
export async function loadersFor(
  name: string,
  stateDirectory: string,
  { systemImages = SYSTEM_IMAGES, arch = "amd64" }: { systemImages?: string; arch?: string | undefined } = {},
): Promise<{ readonly of: string; readonly tree: InstallerTree }> {
  const names = isDebianName(name) ? NEWEST_FIRST : [];
  for (const of of names) {
    const tree = await findImage(of, stateDirectory, systemImages, arch).catch(() => undefined);
    const grub = tree && grubIn(tree);
    if (tree && grub && (await realPathInside(tree.root, grub)) !== undefined) return { of, tree };
  }
  return { of: name, tree: await findImage(name, stateDirectory, systemImages, arch) };
}

const NEWEST_FIRST = (Object.keys(RELEASES) as DebianName[]).sort(
  (a, b) => Number(RELEASES[b].release) - Number(RELEASES[a].release),
);

/** Nothing, when the tree has no GRUB for UEFI. */
export async function grubOf(of: string, tree: InstallerTree): Promise<Grub | undefined> {
  const path = grubIn(tree);
  const bytes = path === undefined ? undefined : await readInside(tree.root, path, MOST_LOADER);
  if (bytes === undefined) return undefined;
  return { of, version: readSbat(bytes).find(({ component }) => component === "grub.debian")?.version };
}

function grubIn({ arch }: InstallerTree): string | undefined {
  const file = EFI_LOADERS[arch]?.[1];
  return file === undefined ? undefined : `debian-installer/${arch}/${file}`;
}
