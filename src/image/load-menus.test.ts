import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadMenus } from "./load-menus.ts";
import { smallTree } from "./testing/small-tree.ts";
import { openTree } from "./tree.ts";

const SCREENS = "debian-installer/amd64/boot-screens";
const load = async (root: string) => loadMenus(await openTree(root));

test("the link that PXELINUX reads first names the same text as its target", async () => {
  const { root } = smallTree("bookworm");
  const texts = await load(root);

  expect(texts.top).toBe(`${SCREENS}/syslinux.cfg`);
  expect([...texts.aliases.keys()]).toEqual([
    "debian-installer/amd64/pxelinux.cfg/default",
    "pxelinux.cfg/default",
  ]);
});

test("a menu whose words fit no boot script is refused at once, not when a machine asks", async () => {
  const { root, put } = smallTree("bookworm");
  put(`${SCREENS}/txt.cfg`, "label install\nkernel linux\nappend x=a;b ---\n");

  await expect(load(root)).rejects.toMatchObject({
    id: "image.unreadable",
    says: expect.stringContaining("cannot stand in a boot script"),
  });
});

test("a menu that is a link out of the tree is refused", async () => {
  const { root } = smallTree("bookworm");
  rmSync(join(root, SCREENS, "txt.cfg"));
  symlinkSync("/etc/passwd", join(root, SCREENS, "txt.cfg"));

  await expect(load(root)).rejects.toMatchObject({ says: expect.stringContaining("a link out of the tree") });
});

test("a tree without GRUB has its PXELINUX menus all the same", async () => {
  const { root } = smallTree("jessie");

  expect([...(await load(root)).files.keys()]).not.toContain("debian-installer/amd64/grub/grub.cfg");
});
