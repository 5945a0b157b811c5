import { cpSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { findImage, listImages } from "./find-image.ts";
import { fetchedTree, treeIn } from "./places.ts";
import { scratch } from "./testing/scratch.ts";
import { smallTree } from "./testing/small-tree.ts";

function places() {
  const top = scratch();
  const put = (suite: string, at: string) => {
    mkdirSync(dirname(at), { recursive: true });
    cpSync(smallTree(suite).root, at, { recursive: true, verbatimSymlinks: true });
  };
  return { system: join(top, "system"), state: join(top, "state"), put };
}

test("the package on this machine comes before a fetched one", async () => {
  const { system, state, put } = places();
  put("bookworm", treeIn(system, "debian-12", "amd64"));
  put("bookworm", fetchedTree(state, "debian-12", "amd64"));

  expect((await findImage("debian-12", state, system)).root).toBe(treeIn(system, "debian-12", "amd64"));
});

test("a fetched one is found when no package is installed", async () => {
  const { system, state, put } = places();
  put("trixie", fetchedTree(state, "debian-13", "amd64"));

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
  const { system, state, put } = places();
  put("bookworm", treeIn(system, "debian-12", "amd64"));
  put("trixie", treeIn(system, "debian-13", "amd64"));
  put("trixie", fetchedTree(state, "debian-13", "amd64"));
  rmSync(join(treeIn(system, "debian-13", "amd64"), "debian-installer/amd64/linux"));
  const listed = await listImages(state, system);

  expect(listed.map(({ name, from, tree }) => [name, from, tree.release])).toEqual([
    ["debian-12", "package", "12"],
    ["debian-13", "fetched", "13"],
  ]);
});
