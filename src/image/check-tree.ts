import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { reason } from "../base/fault.ts";
import { printable } from "../base/text.ts";
import { CPIO_BEGIN, stepCpio } from "./core/cpio.ts";
import type { Finding } from "./core/finding.ts";
import { EFI_LOADERS, type InstallerTree, type MenuTexts, pathsOf } from "./core/installer-tree.ts";
import type { Menu } from "./core/pxelinux-menu.ts";
import { menuOf } from "./core/render-tree.ts";
import { loadMenus } from "./load-menus.ts";
import { realPathInside } from "./read-inside.ts";

/**
 * Is everything there that its loaders and menus ask for, and do its kernel and its initrd belong together?
 */
export async function checkTree(tree: InstallerTree, signal?: AbortSignal): Promise<Finding[]> {
  const menus = await loadMenus(tree).catch((error: unknown) => reason(error));
  if (typeof menus === "string") {
    return [
      { id: "menus", is: "fail", says: menus },
      await checkFiles(tree, undefined),
      await checkInitrd(tree, signal),
    ];
  }
  const says = "The menus can be read and put on a serial line.";
  return [{ id: "menus", is: "pass", says }, await checkFiles(tree, menus), await checkInitrd(tree, signal)];
}

async function checkFiles(tree: InstallerTree, texts: MenuTexts | undefined): Promise<Finding> {
  const { screens, kernel, initrd, grub } = pathsOf(tree.arch);
  const folder = `debian-installer/${tree.arch}`;
  // Until Debian 9 bootnetx64.efi is GRUB itself; since then it is shim, which loads grubx64.efi.
  const efi = (EFI_LOADERS[tree.arch] ?? []).slice(0, Number(tree.release) < 10 ? 1 : 2);
  const loaders = efi.map((name) => `${folder}/${name}`);
  const modules = ["ldlinux.c32", "vesamenu.c32", "libcom32.c32", "libutil.c32"].map(
    (name) => `${screens}/${name}`,
  );
  const isForBios = tree.arch === "amd64" || tree.arch === "i386";
  const bios = isForBios ? [`${folder}/pxelinux.0`, ...modules, "pxelinux.0", "ldlinux.c32"] : [];
  const named = texts === undefined ? [] : namedIn(menuOf(texts));
  const wanted = [...new Set([kernel, initrd, ...bios, ...loaders, grub, ...named])];
  const missing: string[] = [];
  for (const path of wanted) {
    const real = await realPathInside(tree.root, path).catch((error: unknown) => reason(error));
    if (real === undefined || real.includes("link out of the tree")) missing.push(path);
  }
  if (missing.length > 0)
    return {
      id: "files",
      is: "fail",
      says: `Missing: ${missing.map((path) => printable(path)).join(", ")}.`,
    };
  return {
    id: "files",
    is: "pass",
    says: `All ${wanted.length} files that loaders and menus ask for are there.`,
  };
}

function namedIn(menu: Menu): string[] {
  return menu.entries.flatMap((entry) => {
    if (entry.is === "menu") return namedIn(entry.menu);
    if (entry.is === "config") return [entry.file];
    return entry.is === "boot" ? [entry.kernel, ...entry.initrds] : [];
  });
}

/** Debian 12 has its modules in lib/modules, 13 in usr/lib/modules. */
const MODULES = /^(?:\.\/)?(?:usr\/)?lib\/modules\/([^/]+)$/;

async function checkInitrd(tree: InstallerTree, signal?: AbortSignal): Promise<Finding> {
  const id = "initrd-kernel";
  const releases = await modulesIn(tree, signal).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    return reason(error);
  });
  if (typeof releases === "string")
    return { id, is: "unknown", says: `The initrd cannot be read: ${releases}.` };
  const found = releases.map((release) => printable(release)).join(", ");
  if (releases.includes(tree.kernelRelease)) {
    return {
      id,
      is: "pass",
      says: `The kernel and the modules in the initrd are both ${tree.kernelRelease}.`,
    };
  }
  if (releases.length === 0) return { id, is: "unknown", says: "The initrd holds no kernel modules." };
  return {
    id,
    is: "fail",
    says: `The kernel is ${tree.kernelRelease}, the modules in the initrd are for ${found}.`,
  };
}

/** Streams the archive, 140 MB of it, holding one piece at a time. */
async function modulesIn(tree: InstallerTree, signal?: AbortSignal): Promise<string[]> {
  const path = await realPathInside(tree.root, pathsOf(tree.arch).initrd);
  if (path === undefined) throw new Error("it is missing");
  const file = createReadStream(join(tree.root, path), { highWaterMark: 1 << 18 });
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  file.once("error", (error) => gunzip.destroy(error));
  const stop = () => gunzip.destroy(signal?.reason);
  signal?.addEventListener("abort", stop);
  const releases = new Set<string>();
  let state = CPIO_BEGIN;
  try {
    for await (const piece of file.pipe(gunzip)) {
      const read = stepCpio(state, piece as Uint8Array);
      if (!read.ok) throw new Error(read.flaw);
      state = read.value.state;
      for (const { name } of read.value.entries) {
        const release = MODULES.exec(name)?.[1];
        if (release !== undefined) releases.add(release);
      }
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    file.destroy();
    gunzip.destroy();
  }
  if (!state.isDone) throw new Error("the archive ends without its trailer");
  return [...releases];
}
