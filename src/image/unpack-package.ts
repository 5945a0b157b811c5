import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runProgram } from "./run-program.ts";

const UNPACK_MS = 5 * 60_000;
/** Names the package, by its hash, that a folder was unpacked from. */
const STAMP = ".package";

export type Unpacking = {
  readonly deb: string;
  readonly hash: string;
  readonly place: string;
  readonly drop: readonly string[]; // folders of the package that nobody will ask for
  readonly signal?: AbortSignal;
};

export const isUnpacked = async (place: string, hash: string): Promise<boolean> =>
  (await readFile(join(place, STAMP), "utf8").catch(() => "")) === hash;

/**
 * Beside its place and then renamed, so that a folder of that name is always a whole one. One caller at a
 * time.
 */
export async function unpackPackage({ deb, hash, place, drop, signal }: Unpacking): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  const beside = await mkdtemp(join(dirname(place), ".unpacking-"));
  const fresh = join(beside, "fresh");
  try {
    const argv = ["dpkg-deb", "-x", deb, fresh] as const;
    const ran = await runProgram({ argv, withinMs: UNPACK_MS, ...(signal && { signal }) });
    if (ran.status !== 0) throw new Error(`dpkg-deb: ${ran.complaints.trim().slice(0, 300)}`);
    for (const folder of drop) await rm(join(fresh, folder), { recursive: true, force: true });
    await writeFile(join(fresh, STAMP), hash);
    if (await isThere(place)) await rename(place, join(beside, "old"));
    await rename(fresh, place);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
