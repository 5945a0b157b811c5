import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { runProgram } from "../process/run-program.ts";

const UNPACK_MS = 5 * 60_000;

/** Unpacks the one folder of a package that holds the tree, as `tree` in the directory. */
export async function unpackPackage(wish: {
  readonly deb: string;
  readonly folder: string; // in the package
  readonly beside: string;
  readonly signal?: AbortSignal;
}): Promise<void> {
  const { deb, folder, beside, signal } = wish;
  const whole = join(beside, "package");
  const ran = await runProgram({
    argv: ["dpkg-deb", "-x", deb, whole],
    withinMs: UNPACK_MS,
    ...(signal && { signal }),
  });
  if (ran.status !== 0) throw new Error(`dpkg-deb: ${ran.complaints.trim().slice(0, 300)}`);
  await rename(join(whole, folder), join(beside, "tree"));
  await rm(whole, { recursive: true, force: true });
}
