import { mkdir, realpath, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { Fault } from "../base/fault.ts";
import type { SerialProfile } from "../base/serial-profile.ts";
import { fromLatin1 } from "../base/text.ts";
import { unifiedDiff } from "../base/unified-diff.ts";
import type { InstallerTree } from "./core/installer-tree.ts";
import { onSerial } from "./core/render-tree.ts";
import { loadMenus } from "./load-menus.ts";

export type SerialCopy = { readonly files: readonly string[]; readonly diff: string };

/**
 * The menu files of a tree that a serial console changes, as a diff and, when a directory is named, written
 * there under the same paths. The tree itself is never written to.
 */
export async function serialCopy(
  tree: InstallerTree,
  serial: SerialProfile,
  outDirectory?: string,
): Promise<SerialCopy> {
  const texts = await loadMenus(tree);
  const spoken = onSerial(texts, { serial, quiet: "kept", redirected: false });
  const changed = [...spoken].filter(([path, text]) => text !== texts.files.get(path));
  if (outDirectory !== undefined) {
    await mkdir(outDirectory, { recursive: true });
    await refuseInside(tree.root, outDirectory);
    for (const [path, text] of changed) {
      await mkdir(dirname(join(outDirectory, path)), { recursive: true });
      await writeFile(join(outDirectory, path), fromLatin1(text));
    }
  }
  const diff = changed.map(([path, text]) => unifiedDiff(path, texts.files.get(path)!, text)).join("");
  return { files: changed.map(([path]) => path), diff };
}

async function refuseInside(root: string, outDirectory: string): Promise<void> {
  const way = relative(await realpath(root), await realpath(outDirectory));
  if (way !== "" && (way === ".." || way.startsWith(`..${sep}`))) return;
  throw new Fault("use.wrong", { what: `${outDirectory} lies in the tree itself.`, verb: "image serial" });
}
