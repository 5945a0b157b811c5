import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { VIRTUAL_SERIAL } from "../../src/base/serial-profile.ts";
import { openImage } from "../../src/main/images.ts";

/**
 * The tree as an administrator would lay it for dnsmasq: a copy whose menus are those that Rackhand renders for
 * this machine, so that both sides show the same menu, boot the same entry after a second and give the same kernel line.
 */
export async function layTree(wish: { image: string; state: string; directory: string }): Promise<void> {
  const { image, state, directory } = wish;
  const { root, render } = await openImage(image, state);
  await cp(root, directory, { recursive: true, verbatimSymlinks: true });
  const choice = { entry: "install", afterSeconds: 1 } as const;
  const menus = render({ serial: VIRTUAL_SERIAL, redirected: true, words: [], choice, base: "" });
  for (const [path, bytes] of menus) await writeFile(join(directory, path), bytes);
}
