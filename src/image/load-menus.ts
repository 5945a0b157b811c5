import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import { DEFAULT_SERIAL } from "../base/serial-profile.ts";
import { latin1 } from "../base/text.ts";
import { type InstallerTree, type MenuTexts, pathsOf } from "./core/installer-tree.ts";
import { renderTree } from "./core/render-tree.ts";
import { readInside, realPathInside } from "./read-inside.ts";

/** Reads a tree's menus once, so that rendering them for a machine touches no disk. */
export async function loadMenus(tree: InstallerTree): Promise<MenuTexts> {
  try {
    const texts = await read(tree);
    // A tree whose menus cannot be rendered is refused here, not when a machine asks.
    renderTree(texts, { serial: DEFAULT_SERIAL, choice: { stay: true }, base: "" });
    return texts;
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault("image.unreadable", { path: tree.root, why: reason(error) }, error);
  }
}

/** What Debian's menu calls itself differs by release and firmware; people look for this line. */
const TITLE = "Debian GNU/Linux installer boot menu";

async function read(tree: InstallerTree): Promise<MenuTexts> {
  const { screens, pxelinux, grub } = pathsOf(tree.arch);
  const top = await realPathInside(tree.root, pxelinux);
  const isForBios = tree.arch === "amd64" || tree.arch === "i386";
  if (top === undefined && isForBios) throw new Error(`${pxelinux} is missing`);
  const names = top === undefined ? [] : await readdir(join(tree.root, screens));
  const menus = names.filter((name) => name.endsWith(".cfg")).map((name) => `${screens}/${name}`);
  const files = new Map<string, string>();
  for (const path of new Set([...(top === undefined ? [] : [top]), ...menus.sort(), grub])) {
    const bytes = await readInside(tree.root, path);
    if (bytes !== undefined) files.set(path, latin1(bytes));
  }
  const about = `Debian ${tree.release} (${tree.suite}), installer build ${tree.build}`;
  const links = [pxelinux, "pxelinux.cfg/default"].filter((path) => path !== top);
  const aliases = new Map(top === undefined ? [] : links.map((path) => [path, top]));
  return { about, title: TITLE, root: tree.root, files, aliases, top, grub };
}
