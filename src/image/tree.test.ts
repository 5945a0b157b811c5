import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { smallTree } from "./testing/small-tree.ts";
import { openTree } from "./tree.ts";

test("a tree says what it is", async () => {
  const { root } = smallTree("bookworm");

  expect(await openTree(root)).toEqual({
    root,
    release: "12",
    suite: "bookworm",
    arch: "amd64",
    build: "20230607+deb12u15",
    kernelRelease: "6.1.0-50-amd64",
    kernelPackage: "6.1.176-1",
    flavour: "text",
  });
});

test("a tree without version.info says it on its first help screen", async () => {
  expect(await openTree(smallTree("jessie").root)).toMatchObject({ release: "8", build: "20150422+deb8u3" });
});

test.each([
  ["debian-installer/amd64/linux", "holds 0 architectures with a kernel"],
  ["debian-installer", "ENOENT"],
])("without %s it is no tree, and why is said", async (path, why) => {
  const { root } = smallTree("bookworm");
  rmSync(join(root, path), { recursive: true });

  await expect(openTree(root)).rejects.toMatchObject({
    id: "image.unreadable",
    says: expect.stringContaining(why),
  });
});

test("a kernel that is a link out of the tree is not read", async () => {
  const { root } = smallTree("bookworm");
  rmSync(join(root, "debian-installer/amd64/linux"));
  symlinkSync("/etc/passwd", join(root, "debian-installer/amd64/linux"));

  await expect(openTree(root)).rejects.toMatchObject({
    says: expect.stringContaining("a link out of the tree"),
  });
});
