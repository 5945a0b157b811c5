import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkTree } from "./check-tree.ts";
import { smallTree } from "./testing/small-tree.ts";
import { openTree } from "./tree.ts";

const INITRD = "debian-installer/amd64/initrd.gz";
const verdicts = async (root: string) =>
  Object.fromEntries((await checkTree(await openTree(root))).map(({ id, is, says }) => [id, { is, says }]));

test("a whole tree passes", async () => {
  const found = await verdicts(smallTree("bookworm").root);

  expect(Object.values(found).map(({ is }) => is)).toEqual(["pass", "pass", "pass"]);
});

test("a missing module of the menu is named", async () => {
  const { root } = smallTree("bookworm");
  rmSync(join(root, "debian-installer/amd64/boot-screens/vesamenu.c32"));

  expect((await verdicts(root)).files).toEqual({
    is: "fail",
    says: "Missing: debian-installer/amd64/boot-screens/vesamenu.c32.",
  });
});

test("an initrd of another build fails: the installer would find no modules for its kernel", async () => {
  const found = await verdicts(smallTree("bookworm", { modules: "6.1.0-47-amd64" }).root);

  expect(found["initrd-kernel"]).toEqual({
    is: "fail",
    says: "The kernel is 6.1.0-50-amd64, the modules in the initrd are for 6.1.0-47-amd64.",
  });
});

test("an initrd that is cut off or no archive could not be told", async () => {
  const { root, put } = smallTree("bookworm");
  put(INITRD, readFileSync(join(root, INITRD)).subarray(0, 60));

  expect((await verdicts(root))["initrd-kernel"]?.is).toBe("unknown");
});

test("menus that cannot be read fail, and the rest is still checked", async () => {
  const { root, put } = smallTree("bookworm");
  put("debian-installer/amd64/boot-screens/txt.cfg", "label a b\nkernel linux\n");
  const found = await verdicts(root);

  expect([found.menus?.is, found.files?.is, found["initrd-kernel"]?.is]).toEqual(["fail", "pass", "pass"]);
});
