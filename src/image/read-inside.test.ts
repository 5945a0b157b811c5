import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readInside } from "./read-inside.ts";
import { scratch } from "./testing/scratch.ts";

function folder(): string {
  const top = scratch();
  mkdirSync(join(top, "root/below"), { recursive: true });
  writeFileSync(join(top, "root/below/file"), "inside");
  writeFileSync(join(top, "secret"), "outside");
  return join(top, "root");
}
const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString();

test("links inside the root are followed", async () => {
  const root = folder();
  symlinkSync("below", join(root, "link"));

  expect(text(await readInside(root, "link/file"))).toBe("inside");
});

test.each(["../secret", "link", "links/secret"])("%s, outside the root, is refused", async (path) => {
  const root = folder();
  symlinkSync("../secret", join(root, "link"));
  symlinkSync("..", join(root, "links"));

  await expect(readInside(root, path)).rejects.toThrow("a link out of the tree");
});

test("what is not there is nothing, and a folder is no file", async () => {
  const root = folder();

  expect(await readInside(root, "gone/file")).toBeUndefined();
  expect(await readInside(root, "below/file/more")).toBeUndefined();
  await expect(readInside(root, "below")).rejects.toThrow("not a plain file");
});

test("a FIFO is refused at once", async () => {
  const root = folder();
  spawnSync("mkfifo", [join(root, "fifo")]);

  await expect(readInside(root, "fifo")).rejects.toThrow("not a plain file");
});

test("no more than asked for is read", async () => {
  expect(text(await readInside(folder(), "below/file", 2))).toBe("in");
});
