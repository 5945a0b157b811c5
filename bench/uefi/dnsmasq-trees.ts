import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findImage } from "../../src/image/find-image.ts";
import { layTree } from "../boot/tftp-tree.ts";

/** What dnsmasq serves: Debian's tree with its menu edited by hand, and with the menu that Rackhand makes of it. */
export type DnsmasqTrees = { readonly edited: string; readonly rendered: string };
type From = { readonly image: string; readonly state: string; readonly directory: string };

export async function layDnsmasqTrees({ image, state, directory }: From): Promise<DnsmasqTrees> {
  const trees = { edited: join(directory, "edited"), rendered: join(directory, "rendered") };
  const { root } = await findImage(image, state);
  await cp(root, trees.edited, { recursive: true, verbatimSymlinks: true });
  const menu = join(trees.edited, "debian-installer/amd64/grub/grub.cfg");
  await writeFile(menu, EDITS.reduce(edited, await readFile(menu, "utf8")));
  await layTree({ image, state, directory: trees.rendered });
  return trees;
}

/** What a menu needs to be seen on a serial line and to boot by itself, and no more. */
const EDITS = [
  [/^/, "set default=0\nset timeout=1\nterminal_output console\n"],
  [/^\s*(insmod|terminal_output) gfxterm\n/gm, ""],
  [/\bvga=788\b/g, "console=ttyS0,115200n8"],
  [/--- quiet$/gm, "---"],
] as const;
const edited = (text: string, [what, by]: (typeof EDITS)[number]): string => text.replace(what, by);
