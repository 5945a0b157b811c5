import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runProgram } from "../process/run-program.ts";
import { checkTree } from "./check-tree.ts";
import type { InstallerTree } from "./core/installer-tree.ts";
import { signedBy } from "./core/judge-release.ts";
import { currentBuild, type ReleaseFile, sumsPath } from "./core/release-file.ts";
import { compareSums, readSums } from "./core/sums.ts";
import { download } from "./download.ts";
import { addGeneration, newestGeneration } from "./generations.ts";
import { hashTree } from "./hash-tree.ts";
import type { Mirror } from "./mirror.ts";
import { fetchRelease, fetchVouched } from "./signed-release.ts";
import { openTree } from "./tree.ts";

export type Netboot = {
  readonly suite: string;
  readonly arch: string;
  readonly keyrings: readonly string[];
  readonly place: string; // where the generations lie
  readonly progress?: (line: string) => void;
  readonly signal?: AbortSignal;
};

const ARCHIVE = "netboot.tar.gz";
const UNPACK_MS = 5 * 60_000;

/**
 * The chain, link by link: a trusted key signed the Release file, that has the hash of SHA256SUMS, that
 * the hash of netboot.tar.gz and of every single file in it. A string says why this mirror cannot give it.
 */
export async function pullNetboot(mirror: Mirror, how: Netboot): Promise<InstallerTree | string> {
  const { suite, arch, keyrings, place, progress, signal } = how;
  const signed = await fetchRelease(mirror, suite, keyrings, signal);
  if (signed.is === "absent") throw new Error(`there is no dists/${suite}/InRelease`);
  if (signed.is === "refused") throw new Error(`its Release file is not to be trusted: ${signed.why}`);
  progress?.(`${suite} ${signed.release.version}, signed by ${signedBy(signed.signers)}`);
  const sums = await sumsOf(mirror, how, signed.release);
  if (typeof sums === "string") return sums;
  const sum = sums.get(ARCHIVE);
  if (sum === undefined) return `${mirror.url} lists no ${ARCHIVE} for ${arch}`;
  const newest = await newestGeneration(place);
  if (newest?.key === sum) return openTree(newest.tree);
  const to = join(dirname(place), `.${suite}-${arch}-${sum.slice(0, 16)}.part`);
  await mkdir(dirname(place), { recursive: true });
  await dropOlderParts(to, `.${suite}-${arch}-`);
  const path = `dists/${suite}/main/installer-${arch}/${buildOf(signed.release, arch)}/images/netboot/${ARCHIVE}`;
  const isThere = await download(mirror, {
    path,
    to,
    sum,
    ...(progress && { progress }),
    ...(signal && { signal }),
  });
  if (!isThere) return `${mirror.url} does not carry ${ARCHIVE} of installer-${arch}`;
  const { tree } = await addGeneration(place, sum, (beside) => unpack(to, beside, sums, signal));
  await rm(to, { force: true });
  return openTree(tree);
}

/** The dated folder, so that what `current` means cannot change between list and archive. */
const buildOf = (release: ReleaseFile, arch: string): string => currentBuild(release, arch) ?? "current";

async function sumsOf(
  mirror: Mirror,
  { suite, arch }: Netboot,
  release: ReleaseFile,
): Promise<ReadonlyMap<string, string> | string> {
  const found = await fetchVouched(mirror, suite, release, sumsPath(arch, buildOf(release, arch)));
  if (found.is === "good") return readSums(Buffer.from(found.bytes).toString("latin1"), "text");
  if (found.is === "wrong") throw new Error(found.why);
  return `${mirror.url} has no SHA256SUMS of installer-${arch}`;
}

async function unpack(
  archive: string,
  beside: string,
  sums: ReadonlyMap<string, string>,
  signal?: AbortSignal,
): Promise<void> {
  const tree = join(beside, "tree");
  await mkdir(tree);
  const safely = ["--no-same-owner", "--no-same-permissions"]; // tar itself refuses absolute paths and `..`
  const ran = await runProgram({
    argv: ["tar", "--extract", "--gzip", ...safely, "--file", archive, "--directory", tree],
    withinMs: UNPACK_MS,
    ...(signal && { signal }),
  });
  if (ran.status !== 0) throw new Error(`tar: ${ran.complaints.trim().slice(0, 300)}`);
  const { changed, foreign } = compareSums(await hashTree(tree, signal), sums);
  const wrong = [...changed, ...foreign];
  if (wrong.length > 0) throw new Error(`not what Debian signed: ${wrong.slice(0, 5).join(", ")}`);
  await refuseBroken(await openTree(tree), signal);
}

/** A tree that no machine could boot from gets no number. */
export async function refuseBroken(tree: InstallerTree, signal?: AbortSignal): Promise<void> {
  const broken = (await checkTree(tree, signal)).find(({ is }) => is === "fail");
  if (broken !== undefined) throw new Error(broken.says);
}

/** Parts of builds that are no longer asked for. */
async function dropOlderParts(kept: string, start: string): Promise<void> {
  const folder = dirname(kept);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (name.startsWith(start) && name.endsWith(".part") && path !== kept) await rm(path, { force: true });
  }
}
