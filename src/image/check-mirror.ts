import { reason } from "../base/fault.ts";
import type { Finding } from "./core/finding.ts";
import type { InstallerTree } from "./core/installer-tree.ts";
import { judgeBuild, judgeRelease, judgeSuite } from "./core/judge-release.ts";
import { judgeSkew, judgeUdebs } from "./core/judge-skew.ts";
import { buildsIn, type ReleaseFile, sumsPath } from "./core/release-file.ts";
import { compareSums, judgeOrigin, readSums } from "./core/sums.ts";
import { hashTree } from "./hash-tree.ts";
import type { Mirror } from "./mirror.ts";
import { probeUdebs } from "./probe-udebs.ts";
import { fetchRelease, fetchVouched } from "./signed-release.ts";
import { udebsOf } from "./udebs-of-mirror.ts";

export type MirrorCheck = {
  readonly suite: string;
  readonly keyrings: readonly string[];
  readonly every?: boolean; // ask for each udeb, not for a sample
  readonly now: number;
  readonly signal?: AbortSignal;
};

/** Everything about an image that only a mirror can answer. */
export async function checkMirror(
  tree: InstallerTree,
  mirror: Mirror,
  wish: MirrorCheck,
): Promise<Finding[]> {
  const { suite, keyrings } = wish;
  const signed = await fetchRelease(mirror, suite, keyrings, wish.signal);
  if (signed.is !== "good") return [refused(mirror, suite, signed.is === "absent" ? undefined : signed.why)];
  const { release, signers } = signed;
  const known = [judgeRelease(release, signers, wish.now), judgeSuite(tree, suite, release)];
  const udebs = await udebsOf(mirror, { suite, arch: tree.arch, release });
  const loaded =
    "is" in udebs
      ? [udebs]
      : [
          judgeSkew(tree, udebs),
          judgeUdebs(tree, udebs),
          await probeUdebs(mirror, {
            kernelRelease: tree.kernelRelease,
            udebs,
            every: wish.every ?? false,
          }),
        ];
  const origin = await checkOrigin(tree, mirror, { ...wish, release });
  return [...known.filter((one) => one !== undefined), ...loaded, judgeBuild(tree, release), origin];
}

function refused(mirror: Mirror, suite: string, why: string | undefined): Finding {
  if (why === undefined) {
    return {
      id: "release",
      is: "unknown",
      says: `${mirror.url} has no dists/${suite}/InRelease.`,
      remedy: "Old releases move to Debian's archive: name a mirror that has it with --mirror.",
    };
  }
  return {
    id: "release",
    is: "fail",
    says: `${mirror.url}'s Release file of ${suite} is not to be trusted: ${why}.`,
    remedy: "Use another mirror; for one that signs with a key of its own, --keyring FILE names that key.",
  };
}

/** The tree's files against the hashes that hang on the Release file's signature. */
export async function checkOrigin(
  tree: InstallerTree,
  mirror: Mirror,
  how: { readonly suite: string; readonly release: ReleaseFile; readonly signal?: AbortSignal },
): Promise<Finding> {
  const { suite, release, signal } = how;
  const id = "origin";
  if (!buildsIn(release, tree.arch).includes(tree.build))
    return { id, is: "unknown", says: `The mirror no longer has the hashes of build ${tree.build}.` };
  const found = await fetchVouched(mirror, suite, release, sumsPath(tree.arch, tree.build));
  if (found.is !== "good")
    return {
      id,
      is: "unknown",
      says: `The mirror has no SHA256SUMS of build ${tree.build} to compare with.`,
    };
  const listed = readSums(Buffer.from(found.bytes).toString("latin1"), tree.flavour);
  const hashes = await hashTree(tree.root, signal).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    return reason(error);
  });
  if (typeof hashes === "string") return { id, is: "fail", says: `The tree cannot be compared: ${hashes}.` };
  return judgeOrigin(compareSums(hashes, listed), tree.build);
}
