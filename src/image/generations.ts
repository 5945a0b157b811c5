import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * What was pulled under one name, generation after generation. Each has a folder of its own that never
 * changes, so a transfer that began in one ends in it; the last two are kept.
 */
export type Generation = { readonly number: number; readonly tree: string; readonly key: string };

const KEPT = 2;
const STAMP = "generation.json";

/** The newest that is whole: it got its number only when it was. */
export async function newestGeneration(place: string): Promise<Generation | undefined> {
  const number = (await numbersIn(place)).at(-1);
  if (number === undefined) return undefined;
  const directory = join(place, nameOf(number));
  const { key } = JSON.parse(await readFile(join(directory, STAMP), "utf8")) as { key: string };
  return { number, tree: join(directory, "tree"), key };
}

/**
 * Adds one: `fill` makes the folder `tree` in the directory it is given, then the whole gets its number by
 * one rename. One caller at a time. What no generation of the last two is, a fetch that was killed among
 * it, goes.
 */
export async function addGeneration(
  place: string,
  key: string,
  fill: (beside: string) => Promise<void>,
): Promise<Generation> {
  await mkdir(place, { recursive: true });
  const number = ((await numbersIn(place)).at(-1) ?? 0) + 1;
  const beside = await mkdtemp(join(place, ".coming-"));
  try {
    await fill(beside);
    await writeFile(join(beside, STAMP), `${JSON.stringify({ key })}\n`);
    await chmod(beside, 0o755); // mkdtemp makes it for its owner alone
    await rename(beside, join(place, nameOf(number)));
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    throw error;
  }
  const kept = new Set((await numbersIn(place)).slice(-KEPT).map(nameOf));
  for (const name of await readdir(place)) {
    if (!kept.has(name)) await rm(join(place, name), { recursive: true, force: true });
  }
  return { number, tree: join(place, nameOf(number), "tree"), key };
}

const nameOf = (number: number): string => `generation-${number}`;

async function numbersIn(place: string): Promise<number[]> {
  const names = await readdir(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const numbers = names
    .map((name) => /^generation-([1-9]\d*)$/.exec(name)?.[1])
    .filter((one) => one !== undefined);
  return numbers.map(Number).sort((a, b) => a - b);
}
