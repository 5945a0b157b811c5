import type { OpenImage } from "../agent/boot-files.ts";
import type { Image, Plan } from "../api/shapes.ts";
import { Fault } from "../base/fault.ts";
import { must } from "../base/read.ts";
import { size } from "../base/units.ts";
import type {
  CheckedImage,
  ImageAddOptions,
  ImageBuildOptions,
  ImageCheckOptions,
  ImagePullOptions,
} from "../cli/world.ts";
import type { RootFile } from "../hand/core/imaging/unpack-script.ts";
import { HAND_PROGRAM } from "../hand/core/program.ts";
import { HAND_UNITS } from "../hand/core/units.ts";
import { buildLive } from "../image/build-live.ts";
import { buildRoot, findRoot, verifyRoot } from "../image/build-root.ts";
import { checkImage } from "../image/check-image.ts";
import { chooseMirror } from "../image/choose-mirror.ts";
import type { InstallerTree } from "../image/core/installer-tree.ts";
import { kernelTexts, lastOf } from "../image/core/kernel-image.ts";
import { renderTree } from "../image/core/render-tree.ts";
import { grubOf, loadersFor } from "../image/efi-loaders.ts";
import { findImage, listImages } from "../image/find-image.ts";
import {
  addKernelImage,
  findKernelImage,
  type KernelHere,
  listKernelImages,
  verifyKernelImage,
} from "../image/kernel-images.ts";
import { loadMenus } from "../image/load-menus.ts";
import { openMirror } from "../image/mirror.ts";
import { ARCHITECTURES, DEBIAN_NAMES, isDebianName, SYSTEM_IMAGES } from "../image/places.ts";
import { pullImage } from "../image/pull-image.ts";
import { serialCopy } from "../image/serial-copy.ts";
import { openTree } from "../image/tree.ts";

/** An image ready to be served: its menus are read once and rendered per machine. */
export async function openImage(name: string, state: string, arch?: string): Promise<OpenImage> {
  const kernel = await findKernelImage(name, state);
  if (kernel !== undefined) return openKernel(kernel);
  const tree = await findImage(name, state, SYSTEM_IMAGES, arch);
  const texts = await loadMenus(tree);
  return {
    root: tree.root,
    generation: generationOf(tree),
    isLast: (path) => path.endsWith("/initrd.gz"),
    render: (wish) => renderTree(texts, { ...wish, quiet: "dropped" }),
  };
}

/** A package's tree is replaced in its place by a newer one, and says so by its build alone. */
const generationOf = ({ root, build, kernelPackage }: InstallerTree): string =>
  [root, build, kernelPackage].join(" ");

/** Its command line is the user's own, and stays as it is but for the serial console. */
function openKernel({ name, root, image }: KernelHere): OpenImage {
  const last = lastOf(image);
  return {
    root,
    generation: root,
    files: new Set(image.files.map(({ path }) => path)),
    isHand: image.hand === true,
    isLast: (path) => path === last,
    render: (wish) => renderTree(must(kernelTexts(name, image, wish.base)), wish),
  };
}

/** Of an image as it is now: another as soon as anything was replaced that it is made of. */
export async function generationOfImage(name: string, state: string, arch?: string): Promise<string> {
  const kernel = await findKernelImage(name, state);
  return kernel?.root ?? generationOf(await findImage(name, state, SYSTEM_IMAGES, arch));
}

/** The directory that UEFI's loaders come from when the image is booted. */
export async function loadersOfImage(name: string, state: string, arch: string): Promise<string> {
  return (await loadersFor(name, state, { arch })).tree.root;
}

/** The image is here, whole, and of the kind that the plan boots. */
export async function requireImage(name: string, plan: Plan["kind"], state: string): Promise<void> {
  const kernel = await findKernelImage(name, state);
  if (kernel === undefined) await requireInstaller(name, state);
  else await verifyKernelImage(kernel);
  const kind = kernel === undefined ? "installer" : "kernel";
  const wanted = plan === "installer" ? "installer" : "kernel";
  if (kind === wanted) return;
  throw new Fault("image.not-for-plan", { name, plan, kind: KIND_WORDS[kind], wanted: KIND_WORDS[wanted] });
}

/** Of any architecture: which one a machine's firmware asks for is known when it asks. */
async function requireInstaller(name: string, state: string): Promise<void> {
  const troubles: unknown[] = [];
  for (const arch of ARCHITECTURES) {
    const trouble = await findImage(name, state, SYSTEM_IMAGES, arch).then(
      () => undefined,
      (error) => error,
    );
    if (trouble === undefined) return;
    troubles.push(trouble);
  }
  throw troubles[0];
}

const KIND_WORDS = { installer: "an installer", kernel: "a kernel image" } as const;

export const addImageHere = async (parts: ImageAddOptions, state: string): Promise<Image> =>
  shownKernel(await addKernelImage(parts, state));

export async function imagesIn(state: string): Promise<Image[]> {
  const listed = await listImages(state);
  const installers = await Promise.all(listed.map(({ name, tree }) => shown(name, tree, state)));
  return [...installers, ...(await listKernelImages(state)).map(shownKernel)];
}

export async function checkImageNow(
  { image, ...options }: ImageCheckOptions,
  state: string,
  signal: AbortSignal,
): Promise<CheckedImage> {
  const [tree, loaders] = await Promise.all([findImage(image, state), loadersFor(image, state)]);
  return checkImage(tree, { ...options, loaders, signal, now: Date.now() });
}

/** Where its loaders come from, and the state of its mirror; nothing, when the mirror does not say. */
export async function groundsOf(
  { name, suite }: Image,
  state: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const loaders = await loadersFor(name, state);
  const changed = await chooseMirror({})
    .then(({ url }) => openMirror(url, signal).head(`dists/${suite}/InRelease`))
    .then((head) => head?.changed)
    .catch(() => undefined); // the check itself says that no mirror answers
  return changed === undefined ? undefined : `${loaders.tree.root} ${changed}`;
}

export async function pullImageHere(
  { image, ...options }: ImagePullOptions,
  state: string,
  how: { progress: (line: string) => void; signal: AbortSignal },
): Promise<Image> {
  if (!isDebianName(image))
    throw new Fault("image.missing", { name: image, packages: "debian-installer-12-netboot-amd64" });
  return shown(image, await pullImage({ ...options, ...how, name: image, stateDirectory: state }), state);
}

export async function buildImageHere(
  { image, suite, ...options }: ImageBuildOptions,
  state: string,
  how: { progress: (line: string) => void; signal: AbortSignal },
): Promise<{ name: string; says: string }> {
  if (image === "root") {
    const root = await buildRoot({ ...options, ...how, release: suite, stateDirectory: state });
    return {
      name: `root-${suite}`,
      says: `${suite} as of ${root.asOf}, ${size(root.bytes)}, sha256 ${root.sha256}`,
    };
  }
  const files = [HAND_PROGRAM, ...HAND_UNITS];
  const live = shownKernel(
    await buildLive({ ...options, ...how, release: suite, files, stateDirectory: state }),
  );
  return { name: live.name, says: `Linux ${live.kernelRelease}` };
}

/** The packed Debian of that name, whole. */
export async function requireRoot(image: string, state: string): Promise<RootFile> {
  const root = isDebianName(image) ? await findRoot(image, state) : undefined;
  if (root === undefined) throw new Fault("install.no-root", { image });
  await verifyRoot(root, state);
  const { name, bytes, sha256 } = root;
  return { name, bytes, sha256 };
}

export async function rootsIn(state: string): Promise<readonly string[]> {
  const found = await Promise.all(DEBIAN_NAMES.map((name) => findRoot(name, state)));
  return DEBIAN_NAMES.filter((_, at) => found[at] !== undefined);
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

async function shown(name: string, tree: InstallerTree, state: string): Promise<Image> {
  const { release, suite, arch, build, kernelRelease, root } = tree;
  const from = await loadersFor(name, state, { arch });
  const grub = await grubOf(from.of, from.tree);
  const loaders = grub === undefined ? null : { of: grub.of, grub: grub.version ?? null };
  return { name, kind: "installer", release, suite, arch, build, kernelRelease, root, loaders, check: null };
}

function shownKernel({ name, root, kernelRelease }: KernelHere): Image {
  const unsaid = { release: null, suite: null, arch: null, build: null };
  return { name, kind: "kernel", ...unsaid, kernelRelease, root, loaders: null, check: null };
}
