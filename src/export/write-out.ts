import { cp, mkdir, readdir, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fromLatin1 } from "../base/text.ts";
import { TREE, TREE_NOTE } from "./core/tree.ts";
import type { Exported } from "./core/wish.ts";
import { refused } from "./core/words.ts";

const [MACHINES, IMAGES] = [`${TREE}/machines`, `${TREE}/images`];

/**
 * Writes an export below a directory. A TFTP server may be serving the last one: files are replaced by
 * renames, and `tftp/` stays the same directory, for daemons hold it open and would go on with the old one.
 */
export async function writeOut(directory: string, exported: Exported): Promise<void> {
  await mkdir(directory, { recursive: true });
  const hasTree = exported.texts.some(({ path }) => path === TREE_NOTE);
  if (hasTree) await refuseStrangers(directory);
  const isFresh = (path: string) => path.startsWith(`${MACHINES}/`);
  const place = (path: string) =>
    join(directory, path.replace(MACHINES, isFresh(path) ? `${MACHINES}.new` : MACHINES));
  if (hasTree) {
    await rm(join(directory, `${MACHINES}.new`), { recursive: true, force: true });
    await mkdir(join(directory, `${MACHINES}.new`), { recursive: true });
    await mkdir(join(directory, IMAGES), { recursive: true });
  }
  for (const { path, from } of exported.copies) await copyOnce(from, join(directory, path));
  for (const { path, text } of exported.texts) await replace(place(path), fromLatin1(text));
  for (const { path, to } of exported.links) {
    await mkdir(dirname(place(path)), { recursive: true });
    await symlink(to, place(path));
  }
  if (!hasTree) return;
  await swap(join(directory, MACHINES));
  const named = new Set(exported.copies.map(({ path }) => join(directory, path)));
  for (const image of await readdir(join(directory, IMAGES))) {
    const path = join(directory, IMAGES, image);
    if (!named.has(path)) await rm(path, { recursive: true });
  }
}

/** Below tftp/ things are removed: so it has to be ours, or not there. */
async function refuseStrangers(directory: string): Promise<void> {
  const there = await readdir(join(directory, TREE)).catch(() => []);
  if (there.length === 0 || (await isThere(join(directory, TREE_NOTE)))) return;
  throw refused(`${join(directory, TREE)} is there and was not made by an export: choose another directory.`);
}

/** The image's name has its build in it: what is there is the same. */
async function copyOnce(from: string, to: string): Promise<void> {
  if (await isThere(to)) return;
  await rm(`${to}.new`, { recursive: true, force: true });
  await cp(from, `${to}.new`, { recursive: true, verbatimSymlinks: true });
  await rename(`${to}.new`, to);
}

async function replace(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, bytes);
  await rename(`${path}.new`, path);
}

async function swap(path: string): Promise<void> {
  await rm(`${path}.old`, { recursive: true, force: true });
  if (await isThere(path)) await rename(path, `${path}.old`);
  await rename(`${path}.new`, path);
  await rm(`${path}.old`, { recursive: true, force: true });
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
