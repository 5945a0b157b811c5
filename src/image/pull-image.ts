import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import { holdLock } from "../process/hold-lock.ts";
import { chooseMirror } from "./choose-mirror.ts";
import { copyTree } from "./copy-tree.ts";
import type { InstallerTree } from "./core/installer-tree.ts";
import { fetchDebian } from "./fetch-debian.ts";
import { openMirror } from "./mirror.ts";
import { pullNetboot } from "./netboot-archive.ts";
import { type DebianName, packageOf, pulledIn, pullLock, RELEASES } from "./places.ts";

export type PullWish = {
  readonly name: DebianName;
  readonly stateDirectory: string;
  readonly arch?: string; // default: amd64
  readonly mirror?: string; // default: the one of this machine's apt
  readonly keyring?: string; // default: Debian's
  readonly fromPackage?: boolean;
  readonly fromDirectory?: string; // an unpacked tree
  readonly progress?: (line: string) => void;
  readonly signal?: AbortSignal;
  readonly aptDirectory?: string;
};

const LOCK_MS = 30 * 60_000;

/**
 * Brings the newest build of a release here, verified down from Debian's signature: the mirror's
 * netboot.tar.gz where it is carried, Debian's own package through apt otherwise, or a tree that somebody
 * brought.
 */
export async function pullImage(wish: PullWish): Promise<InstallerTree> {
  const { name, stateDirectory, signal, progress } = wish;
  const arch = wish.arch ?? "amd64";
  if (wish.fromPackage) return fetchDebian(wish);
  await mkdir(join(stateDirectory, "images"), { recursive: true });
  const lock = await holdLock(pullLock(stateDirectory, name, arch), LOCK_MS, signal);
  try {
    const pulled =
      wish.fromDirectory === undefined
        ? await fromMirror(wish, arch)
        : await copyTree({ ...wish, arch, from: wish.fromDirectory });
    if (typeof pulled !== "string") return pulled;
    progress?.(`${pulled}; so the source is Debian's package ${packageOf(name, arch)}, which apt verifies.`);
  } finally {
    await lock.release();
  }
  return fetchDebian(wish);
}

/** The tree, or why the mirror cannot be its source. */
async function fromMirror(wish: PullWish, arch: string): Promise<InstallerTree | string> {
  const { name, stateDirectory, signal, progress } = wish;
  let from = wish.mirror ?? "this machine's mirror";
  try {
    const { url, keyrings } = await chooseMirror(wish);
    from = url;
    const { suite } = RELEASES[name];
    const place = pulledIn(stateDirectory, name, arch);
    const how = { suite, arch, keyrings, place, ...(progress && { progress }), ...(signal && { signal }) };
    return await pullNetboot(openMirror(url, signal), how);
  } catch (error) {
    if (signal?.aborted || error instanceof Fault) throw error;
    throw new Fault("image.pull-failed", { name, mirror: from, why: reason(error) }, error);
  }
}
