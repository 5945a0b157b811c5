import { stat } from "node:fs/promises";
import { isAbsolute, sep } from "node:path";
import { Fault } from "../base/fault.ts";
import { compareVersions } from "./core/debian-version.ts";
import type { InstallerTree } from "./core/installer-tree.ts";
import { newestGeneration } from "./generations.ts";
import {
  type DebianName,
  isDebianName,
  packageOf,
  pulledIn,
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
 * A Debian release by name, or a tree by its directory. Of the package installed here and what was pulled,
 * the newer build; of two alike, the package.
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
  const trees: InstallerTree[] = [];
  let broken: unknown;
  for (const { directory } of await placesOf(name, stateDirectory, systemImages, arch)) {
    await openTree(directory).then(
      (tree) => trees.push(tree),
      (error: unknown) => {
        broken ??= error;
      },
    );
  }
  const newest = trees.sort((a, b) => compareVersions(b.build, a.build))[0];
  if (newest !== undefined) return newest;
  throw broken ?? new Fault("image.missing", { name, packages: packageOf(name, arch) });
}

/** What is there, whatever its release; a tree that cannot be opened is left out, `checkTree` says why. */
export async function listImages(
  stateDirectory: string,
  systemImages = SYSTEM_IMAGES,
  arch = "amd64",
): Promise<ImageListed[]> {
  const listed: ImageListed[] = [];
  for (const name of Object.keys(RELEASES).filter(isDebianName)) {
    for (const { from, directory } of await placesOf(name, stateDirectory, systemImages, arch)) {
      const tree = await openTree(directory).catch((error: unknown) => {
        if (error instanceof Fault) return undefined;
        throw error;
      });
      if (tree !== undefined) listed.push({ name, from, tree });
    }
  }
  return listed;
}

type Found = { readonly from: ImageListed["from"]; readonly directory: string };

async function placesOf(
  name: DebianName,
  state: string,
  systemImages: string,
  arch: string,
): Promise<Found[]> {
  const installed = treeIn(systemImages, name, arch);
  const pulled = await newestGeneration(pulledIn(state, name, arch));
  return [
    ...((await isThere(installed)) ? [{ from: "package", directory: installed } as const] : []),
    ...(pulled === undefined ? [] : [{ from: "fetched", directory: pulled.tree } as const]),
  ];
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
