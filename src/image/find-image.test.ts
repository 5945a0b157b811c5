import { cpSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { findImage, listImages } from "./find-image.ts";
import { addGeneration } from "./generations.ts";
import { type DebianName, pulledIn, treeIn } from "./places.ts";
import { scratch } from "./testing/scratch.ts";
import { type SmallTree, smallTree } from "./testing/small-tree.ts";

function places() {
  const top = scratch();
  const [system, state] = [join(top, "system"), join(top, "state")];
  const copy = (root: string, at: string) => {
    mkdirSync(dirname(at), { recursive: true });
    cpSync(root, at, { recursive: true, verbatimSymlinks: true });
  };
  const install = (name: DebianName, { root }: SmallTree) => copy(root, treeIn(system, name, "amd64"));
  const pull = (name: DebianName, { root }: SmallTree) =>
    addGeneration(pulledIn(state, name, "amd64"), root, async (beside) => copy(root, join(beside, "tree")));
  return { system, state, install, pull };
}

function ofBuild(build: string): SmallTree {
  const tree = smallTree("bookworm");
  tree.put("version.info", `Debian version:  12 (bookworm)\nInstaller build: ${build}\n`);
  return tree;
}

test.each([
  ["20230607+deb12u15", "20230607+deb12u9", "20230607+deb12u15"],
  ["20230607+deb12u9", "20230607+deb12u15", "20230607+deb12u15"],
])("of the package %s and the pulled %s the newer one is taken", async (installed, pulled, taken) => {
  const { system, state, install, pull } = places();
  install("debian-12", ofBuild(installed));
  await pull("debian-12", ofBuild(pulled));

  expect((await findImage("debian-12", state, system)).build).toBe(taken);
});

test("of two alike the package on this machine is taken", async () => {
  const { system, state, install, pull } = places();
  install("debian-12", smallTree("bookworm"));
  await pull("debian-12", smallTree("bookworm"));

  expect((await findImage("debian-12", state, system)).root).toBe(treeIn(system, "debian-12", "amd64"));
});

test("a pulled one is found when no package is installed, and when the package is broken", async () => {
  const { system, state, install, pull } = places();
  await pull("debian-13", smallTree("trixie"));
  expect(await findImage("debian-13", state, system)).toMatchObject({ release: "13" });
  install("debian-13", smallTree("trixie"));
  rmSync(join(treeIn(system, "debian-13", "amd64"), "debian-installer/amd64/linux"));

  expect(await findImage("debian-13", state, system)).toMatchObject({ release: "13" });
});

test("a directory is an image as well", async () => {
  const { root } = smallTree("jessie");

  expect(await findImage(root, "/nowhere")).toMatchObject({ suite: "jessie" });
});

test("a missing image is a fault that names its package", async () => {
  const { system, state } = places();

  await expect(findImage("debian-13", state, system)).rejects.toMatchObject({
    id: "image.missing",
    remedy: expect.stringContaining("apt-get install debian-installer-13-netboot-amd64"),
  });
  await expect(findImage("debian-99", state, system)).rejects.toMatchObject({ id: "image.missing" });
});

test("the list says what is there and where from, and leaves out what cannot be opened", async () => {
  const { system, state, install, pull } = places();
  install("debian-12", smallTree("bookworm"));
  install("debian-13", smallTree("trixie"));
  await pull("debian-13", smallTree("trixie"));
  rmSync(join(treeIn(system, "debian-13", "amd64"), "debian-installer/amd64/linux"));
  const listed = await listImages(state, system);

  expect(listed.map(({ name, from, tree }) => [name, from, tree.release])).toEqual([
    ["debian-12", "package", "12"],
    ["debian-13", "fetched", "13"],
  ]);
});
