import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import { must, type Read } from "../base/read.ts";
import { latin1 } from "../base/text.ts";
import { type InstallerTree, pathsOf } from "./core/installer-tree.ts";
import {
  HEADER_BYTES,
  isArm64Image,
  type KernelHeader,
  readArm64Banner,
  readKernelHeader,
} from "./core/kernel-header.ts";
import { readHelpScreen, readVersionInfo, type VersionInfo } from "./core/version-info.ts";
import { readInside, realPathInside } from "./read-inside.ts";

/**
 * Opens `/usr/lib/debian-installer/images/12/amd64/text`, or the folder where a netboot.tar.gz was unpacked.
 */
export async function openTree(directory: string): Promise<InstallerTree> {
  try {
    const root = await realpath(directory);
    const arch = await archOf(root);
    const paths = pathsOf(arch);
    const { release, suite, build } = await versionOf(root, paths.screens);
    const header = must(await kernelOf(root, paths.kernel));
    const isGtk = (await realPathInside(root, `${paths.screens}/gtk.cfg`)) !== undefined;
    const kernel = { kernelRelease: header.release, kernelPackage: header.debianVersion };
    return { root, release, suite, arch, build, ...kernel, flavour: isGtk ? "gtk" : "text" };
  } catch (error) {
    throw new Fault("image.unreadable", { path: directory, why: reason(error) }, error);
  }
}

async function archOf(root: string): Promise<string> {
  const arches: string[] = [];
  for (const name of await readdir(join(root, "debian-installer"))) {
    if (/^[a-z0-9]+$/.test(name) && (await realPathInside(root, pathsOf(name).kernel))) arches.push(name);
  }
  if (arches.length !== 1)
    throw new Error(`debian-installer/ holds ${arches.length} architectures with a kernel`);
  return arches[0]!;
}

const MOST_KERNEL = 1 << 27;

async function kernelOf(root: string, path: string): Promise<Read<KernelHeader>> {
  const start = await needed(root, path, HEADER_BYTES);
  return isArm64Image(start)
    ? readArm64Banner(await needed(root, path, MOST_KERNEL))
    : readKernelHeader(start);
}

/** Older trees have no version.info; their first help screen says the same. */
async function versionOf(root: string, screens: string): Promise<VersionInfo> {
  const own = await readInside(root, "version.info");
  const read = own === undefined ? undefined : readVersionInfo(latin1(own));
  if (read?.ok) return read.value;
  return must(readHelpScreen(latin1(await needed(root, `${screens}/f1.txt`))));
}

async function needed(root: string, path: string, most?: number): Promise<Uint8Array> {
  const bytes = await readInside(root, path, most);
  if (bytes === undefined) throw new Error(`${path} is missing`);
  return bytes;
}
