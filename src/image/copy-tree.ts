import { createHash } from "node:crypto";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import { checkOrigin } from "./check-mirror.ts";
import { chooseMirror, type MirrorWish } from "./choose-mirror.ts";
import type { Finding } from "./core/finding.ts";
import type { InstallerTree } from "./core/installer-tree.ts";
import { addGeneration, newestGeneration } from "./generations.ts";
import { hashTree } from "./hash-tree.ts";
import { openMirror } from "./mirror.ts";
import { refuseBroken } from "./netboot-archive.ts";
import { type DebianName, pulledIn, RELEASES } from "./places.ts";
import { fetchRelease } from "./signed-release.ts";
import { openTree } from "./tree.ts";

export type Copying = MirrorWish & {
  readonly name: DebianName;
  readonly stateDirectory: string;
  readonly arch: string;
  readonly from: string;
  readonly progress?: (line: string) => void;
  readonly signal?: AbortSignal;
};

/**
 * Takes a copy of a tree that somebody unpacked, when it is whole, of the release it is to be, and, as far
 * as a mirror can be asked, what Debian signed.
 */
export async function copyTree(wish: Copying): Promise<InstallerTree> {
  const { name, stateDirectory, arch, from, progress, signal } = wish;
  const place = pulledIn(stateDirectory, name, arch);
  try {
    const { release, arch: found } = await openTree(from);
    const wanted = RELEASES[name].release;
    if (release !== wanted || found !== arch)
      throw new Error(`it is Debian ${release} for ${found}, not Debian ${wanted} for ${arch}`);
    const key = keyOf(await hashTree(from, signal));
    const newest = await newestGeneration(place);
    if (newest?.key === key) return await openTree(newest.tree);
    const { tree } = await addGeneration(place, key, async (beside) => {
      const copy = join(beside, "tree");
      await cp(from, copy, { recursive: true, verbatimSymlinks: true });
      const opened = await openTree(copy);
      await refuseBroken(opened, signal);
      const origin = await originOf(opened, wish);
      if (origin.is === "fail") throw new Error(origin.says);
      progress?.(origin.says);
    });
    return await openTree(tree);
  } catch (error) {
    if (signal?.aborted || error instanceof Fault) throw error;
    throw new Fault("image.unreadable", { path: from, why: reason(error).replace(/\.$/, "") }, error);
  }
}

/** Without a mirror that knows, the tree is taken on trust, and that is said. */
async function originOf(tree: InstallerTree, wish: Copying): Promise<Finding> {
  try {
    const { url, keyrings } = await chooseMirror(wish);
    const mirror = openMirror(url, wish.signal);
    const signed = await fetchRelease(mirror, tree.suite, keyrings, wish.signal);
    if (signed.is !== "good") throw new Error(`${url} has no Release file of ${tree.suite} to be trusted`);
    return await checkOrigin(tree, mirror, { suite: tree.suite, release: signed.release, ...wish });
  } catch (error) {
    if (wish.signal?.aborted) throw error;
    return {
      id: "origin",
      is: "unknown",
      says: `Taken as it is: its files could not be compared with what Debian signed (${reason(error)}).`,
    };
  }
}

function keyOf(hashes: ReadonlyMap<string, string>): string {
  const lines = [...hashes].map(([path, sum]) => `${sum}  ${path}\n`).sort();
  return createHash("sha256").update(lines.join("")).digest("hex");
}
