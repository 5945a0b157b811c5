import { stat } from "node:fs/promises";
import { isAbsolute, sep } from "node:path";
import { Fault } from "../base/fault.ts";
import type { InstallerTree } from "./core/installer-tree.ts";
import {
  type DebianName,
  fetchedTree,
  isDebianName,
  packageOf,
  RELEASES,
  SYSTEM_IMAGES,
  treeIn,
} from "./places.ts";
import { openTree } from "./tree.ts";

export type ImageListed = {
  readonly name: DebianName;
  readonly from: "package" | "fetched"; // a package installed here, or one under our state directory
  readonly tree: InstallerTree;
};

/**
 * A Debian release by name, or a tree by its directory. The system's own package comes before a fetched one.
 */
export async function findImage(
  name: string,
  stateDirectory: string,
  systemImages = SYSTEM_IMAGES,
  arch = "amd64",
): Promise<InstallerTree> {
  if (!isDebianName(name)) {
    if (isAbsolute(name) || name.includes(sep) || (await isThere(name))) return openTree(name);
    throw new Fault("image.missing", {
      name,
      packages: Object.keys(RELEASES)
        .map((one) => packageOf(one as DebianName, arch))
        .join(" "),
    });
  }
  for (const { directory } of placesOf(name, stateDirectory, systemImages, arch)) {
    if (await isThere(directory)) return openTree(directory);
  }
  throw new Fault("image.missing", { name, packages: packageOf(name, arch) });
}

/** What is there, whatever its release; a tree that cannot be opened is left out, `checkTree` says why. */
export async function listImages(
  stateDirectory: string,
  systemImages = SYSTEM_IMAGES,
  arch = "amd64",
): Promise<ImageListed[]> {
  const listed: ImageListed[] = [];
  for (const name of Object.keys(RELEASES).filter(isDebianName)) {
    for (const { from, directory } of placesOf(name, stateDirectory, systemImages, arch)) {
      if (!(await isThere(directory))) continue;
      const tree = await openTree(directory).catch((error: unknown) => {
        if (error instanceof Fault) return undefined;
        throw error;
      });
      if (tree !== undefined) listed.push({ name, from, tree });
    }
  }
  return listed;
}

const placesOf = (name: DebianName, stateDirectory: string, systemImages: string, arch: string) =>
  [
    { from: "package", directory: treeIn(systemImages, name, arch) },
    { from: "fetched", directory: fetchedTree(stateDirectory, name, arch) },
  ] as const;

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
