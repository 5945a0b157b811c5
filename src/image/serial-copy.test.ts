import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { serialCopy } from "./serial-copy.ts";
import { scratch } from "./testing/scratch.ts";
import { smallTree } from "./testing/small-tree.ts";
import { openTree } from "./tree.ts";

const TXT = "debian-installer/amd64/boot-screens/txt.cfg";
const SERIAL = { unit: 1, speed: 57_600 };

test("the changed files are written beside, with a diff, and the tree stays as it was", async () => {
  const { root } = smallTree("bookworm");
  const before = readFileSync(join(root, TXT), "utf8");
  const out = scratch();
  const { files, diff } = await serialCopy(await openTree(root), SERIAL, out);

  expect(files).toContain(TXT);
  expect(files).not.toContain("debian-installer/amd64/boot-screens/stdmenu.cfg");
  expect(readFileSync(join(out, TXT), "utf8")).toContain("--- console=ttyS1,57600n8 quiet");
  expect(diff).toContain("\n+\tappend console=ttyS1,57600n8 initrd=");
  expect(readFileSync(join(root, TXT), "utf8")).toBe(before);
});

test("without a directory nothing is written", async () => {
  const { root } = smallTree("bookworm");
  const stamp = () =>
    readdirSync(root, { recursive: true }).map((name) => statSync(join(root, String(name))).mtimeMs);
  const before = stamp();
  await serialCopy(await openTree(root), SERIAL);

  expect(stamp()).toEqual(before);
});

test("a directory inside the tree is refused", async () => {
  const { root } = smallTree("bookworm");

  await expect(serialCopy(await openTree(root), SERIAL, root)).rejects.toMatchObject({ id: "use.wrong" });
  await expect(serialCopy(await openTree(root), SERIAL, join(root, "x"))).rejects.toMatchObject({
    id: "use.wrong",
  });
});
