import { createHash } from "node:crypto";
import { chmod, copyFile, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import { must } from "../base/read.ts";
import { DEFAULT_SERIAL } from "../base/serial-profile.ts";
import { latin1 } from "../base/text.ts";
import { HEADER_BYTES, readKernelHeader } from "./core/kernel-header.ts";
import {
  type ImageFile,
  INITRD,
  KERNEL,
  type KernelImage,
  kernelTexts,
  MANIFEST,
  readAppend,
  readFileName,
  readManifest,
} from "./core/kernel-image.ts";
import { renderTree } from "./core/render-tree.ts";
import { addGeneration, newestGeneration } from "./generations.ts";
import { sha256 } from "./hash-tree.ts";
import { readInside } from "./read-inside.ts";

export type KernelParts = {
  readonly name?: string; // not given: named by its checksum
  readonly kernel: string;
  readonly initrd?: string;
  readonly append: string;
  readonly files: readonly string[]; // what the booted system fetches by itself
  readonly hand?: true; // it is our live hand
};
export type KernelHere = {
  readonly name: string;
  readonly root: string;
  readonly image: KernelImage;
  readonly kernelRelease: string | null; // as its header says, where it has one
};

const NAME = /^(?!debian-)[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/;
const placeOf = (stateDirectory: string, name: string): string => join(stateDirectory, "images", name);

/**
 * Takes the files into the state directory, under their checksums: whatever becomes of them afterwards, a
 * machine boots what was given here.
 */
export async function addKernelImage(parts: KernelParts, stateDirectory: string): Promise<KernelHere> {
  const shown = parts.name ?? parts.kernel;
  try {
    if (parts.name !== undefined && !NAME.test(parts.name))
      throw new Error(
        "a name has lower-case letters, digits, inner dots and hyphens, and no debian- in front",
      );
    const sources = sourcesOf(parts);
    const files: ImageFile[] = [];
    for (const { path, from } of sources) files.push(await described(path, from));
    const manifest = JSON.stringify({
      ...{ append: must(readAppend(parts.append)), files },
      ...(parts.hand && { hand: true }),
    });
    const key = createHash("sha256").update(manifest).digest("hex");
    const name = parts.name ?? `kernel-${key.slice(0, 12)}`;
    const texts = must(kernelTexts(name, must(readManifest(manifest)), "http://10.0.0.1/"));
    renderTree(texts, { serial: DEFAULT_SERIAL, choice: { stay: true }, base: "" }); // refused here, if at all
    const place = placeOf(stateDirectory, name);
    if ((await newestGeneration(place))?.key !== key)
      await addGeneration(place, key, (beside) => fill(join(beside, "tree"), sources, files, manifest));
    return (await findKernelImage(name, stateDirectory))!;
  } catch (error) {
    throw new Fault("image.not-added", { name: shown, why: reason(error).replace(/\.$/, "") }, error);
  }
}

/** The image of that name, or nothing when there is none; one that is damaged is a fault. */
export async function findKernelImage(name: string, stateDirectory: string): Promise<KernelHere | undefined> {
  if (!NAME.test(name)) return undefined;
  const newest = await newestGeneration(placeOf(stateDirectory, name));
  if (newest === undefined) return undefined;
  const root = newest.tree;
  try {
    const manifest = await readInside(root, MANIFEST);
    const image = must(readManifest(latin1(manifest ?? new Uint8Array())));
    for (const { path, bytes } of image.files) {
      const { size } = await stat(join(root, path));
      if (size !== bytes) throw new Error(`${path} has ${size} bytes, not ${bytes}`);
    }
    const header = readKernelHeader((await readInside(root, KERNEL, HEADER_BYTES))!);
    return { name, root, image, kernelRelease: header.ok ? header.value.release : null };
  } catch (error) {
    throw new Fault("image.damaged", { name, why: reason(error) }, error);
  }
}

/** Every byte is what was added. */
export async function verifyKernelImage({ name, root, image }: KernelHere): Promise<void> {
  for (const file of image.files) {
    if ((await sha256(join(root, file.path))) === file.sha256) continue;
    throw new Fault("image.damaged", { name, why: `${file.path} is not what was added` });
  }
}

/** What is there; one that is damaged is left out, whoever boots it hears why. */
export async function listKernelImages(stateDirectory: string): Promise<KernelHere[]> {
  const names = await readdir(join(stateDirectory, "images")).catch(() => []); // nothing was ever kept there
  const found: KernelHere[] = [];
  for (const name of names.filter((one) => NAME.test(one)).sort()) {
    const here = await findKernelImage(name, stateDirectory).catch(() => undefined);
    if (here !== undefined) found.push(here);
  }
  return found;
}

export async function removeKernelImage(name: string, stateDirectory: string): Promise<boolean> {
  if (!NAME.test(name) || (await newestGeneration(placeOf(stateDirectory, name))) === undefined) return false;
  await rm(placeOf(stateDirectory, name), { recursive: true });
  return true;
}

type Source = { readonly path: string; readonly from: string };

function sourcesOf({ kernel, initrd, files }: KernelParts): Source[] {
  const sources = [
    { path: KERNEL, from: kernel },
    ...(initrd === undefined ? [] : [{ path: INITRD, from: initrd }]),
    ...files.map((from) => ({ path: must(readFileName(basename(from))), from })),
  ];
  const twice = sources.find(({ path }, i) => sources.findIndex((other) => other.path === path) < i);
  if (twice !== undefined) throw new Error(`two files are called ${twice.path}`);
  return sources;
}

async function described(path: string, from: string): Promise<ImageFile> {
  const { size } = await plain(from);
  return { path, bytes: size, sha256: await sha256(from) };
}

/** A FIFO would hold us up for ever. */
async function plain(from: string) {
  const found = await stat(from);
  if (!found.isFile()) throw new Error(`${from} is no plain file`);
  return found;
}

async function fill(tree: string, sources: readonly Source[], files: readonly ImageFile[], manifest: string) {
  await mkdir(tree);
  for (const [i, { path, from }] of sources.entries()) {
    await copyFile(from, join(tree, path));
    await chmod(join(tree, path), 0o644); // Debian's own kernels are readable for root alone
    if ((await sha256(join(tree, path))) !== files[i]!.sha256) throw new Error(`${from} changed meanwhile`);
  }
  await writeFile(join(tree, MANIFEST), `${manifest}\n`);
}
