import { readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BootFiles } from "../agent/boot-files.ts";
import type { Ipv4 } from "../base/ipv4.ts";
import { latin1 } from "../base/text.ts";
import { scratch } from "../image/testing/scratch.ts";
import { smallTree } from "../image/testing/small-tree.ts";
import { generationOfImage, loadersOfImage, openImage } from "./images.ts";

const HELP = "debian-installer/amd64/boot-screens/f1.txt";
const client = { address: "10.0.0.7" as Ipv4 };

/** Debian 8's installer as it was built once and again; its first help screen says which one it is. */
function jessieOf(build: string): string {
  const { root, put } = smallTree("jessie", { kernel: `3.16.0-${build}-amd64` });
  const text = readFileSync(join(root, HELP), "latin1");
  put(HELP, text.replace(/20150422\+deb8u\d/, `20150422+${build}`));
  return root;
}

function serving(directory: string) {
  const [clock, state] = [{ now: 0 }, scratch()];
  const files = new BootFiles({
    open: (image, arch) => openImage(image, state, arch),
    generationOf: (image, arch) => generationOfImage(image, state, arch),
    loadersOf: (image, arch) => loadersOfImage(image, state, arch),
    machineOf: () => undefined,
    base: () => "http://10.0.0.1/",
    ...{ standard: directory, unknown: "menu", handPathFor: () => undefined },
    privateFiles: { pathFor: () => undefined, answer: () => ({ is: "missing", because: "" }) },
    now: () => clock.now,
  });
  const read = async (path: string) => {
    const answer = await files.answer(client, path);
    if (answer.is === "missing") throw new Error(answer.because);
    return latin1(answer.is === "bytes" ? answer.bytes : readFileSync(join(answer.root, answer.path)));
  };
  return { clock, read };
}

test("a tree that was moved away and replaced in its place is served no more, neither its menus nor its kernel", async () => {
  const place = join(scratch(), "netboot");
  renameSync(jessieOf("deb8u1"), place);
  const { clock, read } = serving(place);
  expect(await read("menu.ipxe")).toContain("20150422+deb8u1");

  renameSync(place, `${place}.old`);
  renameSync(jessieOf("deb8u3"), place);
  clock.now = 5000;

  expect(await read("menu.ipxe")).toContain("20150422+deb8u3");
  expect(await read(HELP)).toContain("20150422+deb8u3");
  expect(await read("debian-installer/amd64/linux")).toContain("3.16.0-deb8u3-amd64");
});
