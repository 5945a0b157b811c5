import type { OpenImage } from "../agent/boot-files.ts";
import type { Image } from "../api/shapes.ts";
import { Fault } from "../base/fault.ts";
import type { CheckedImage, ImageCheckOptions, ImagePullOptions } from "../cli/world.ts";
import { checkImage } from "../image/check-image.ts";
import type { InstallerTree } from "../image/core/installer-tree.ts";
import { renderTree } from "../image/core/render-tree.ts";
import { findImage, listImages } from "../image/find-image.ts";
import { loadMenus } from "../image/load-menus.ts";
import { isDebianName } from "../image/places.ts";
import { pullImage } from "../image/pull-image.ts";
import { serialCopy } from "../image/serial-copy.ts";
import { openTree } from "../image/tree.ts";

/** An image ready to be served: its menus are read once and rendered per machine. */
export async function openImage(name: string, state: string): Promise<OpenImage> {
  const tree = await findImage(name, state);
  const texts = await loadMenus(tree);
  return { root: tree.root, render: (wish) => renderTree(texts, { ...wish, quiet: "dropped" }) };
}

export async function imagesIn(state: string): Promise<Image[]> {
  return (await listImages(state)).map(({ name, tree }) => shown(name, tree));
}

export async function checkImageNow(
  { image, ...options }: ImageCheckOptions,
  state: string,
  signal: AbortSignal,
): Promise<CheckedImage> {
  return checkImage(await findImage(image, state), { ...options, signal, now: Date.now() });
}

export async function pullImageHere(
  { image, ...options }: ImagePullOptions,
  state: string,
  how: { progress: (line: string) => void; signal: AbortSignal },
): Promise<Image> {
  if (!isDebianName(image))
    throw new Fault("image.missing", { name: image, packages: "debian-installer-12-netboot-amd64" });
  return shown(image, await pullImage({ ...options, ...how, name: image, stateDirectory: state }));
}

export async function serialImage(wish: {
  tree: string;
  unit: number;
  speed: number;
  out?: string;
}): Promise<string> {
  const { tree, out, ...profile } = wish;
  const { diff } = await serialCopy(await openTree(tree), profile, out);
  return diff;
}

function shown(name: string, tree: InstallerTree): Image {
  const { release, suite, arch, build, kernelRelease, root } = tree;
  return { name, release, suite, arch, build, kernelRelease, root, check: null };
}
