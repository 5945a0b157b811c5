import { printable } from "../../base/text.ts";
import { compareVersions } from "./debian-version.ts";
import type { Finding } from "./finding.ts";
import type { InstallerTree } from "./installer-tree.ts";
import { currentBuild, type ReleaseFile } from "./release-file.ts";

/** Is the mirror's Release file signed by somebody we trust, and still meant to be used? */
export function judgeRelease(release: ReleaseFile, signers: readonly string[], now: number): Finding {
  const id = "release";
  const day = new Date(release.date).toISOString().slice(0, 10);
  const name = `${printable(release.codename)} ${printable(release.version)}`.trim();
  if (release.validUntil !== undefined && release.validUntil < now) {
    return {
      id,
      is: "fail",
      says: `The mirror's Release file of ${day} (${name}) was valid until ${dayOf(release.validUntil)}.`,
      remedy: "The mirror, or a cache before it, no longer follows Debian: use another with --mirror.",
    };
  }
  return { id, is: "pass", says: `Release ${name} of ${day}, signed by ${signedBy(signers)}.` };
}

/** `Debian Stable Release Key (12/bookworm)`: the address says nothing more. */
export const signedBy = (signers: readonly string[]): string =>
  printable(signers.map((name) => name.replace(/ <[^>]*>$/, "")).join(", "), 400);

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** `stable` is another release since the last one came out: an image keeps its own. */
export function judgeSuite(
  image: Pick<InstallerTree, "suite">,
  asked: string,
  release: ReleaseFile,
): Finding | undefined {
  if (release.codename === image.suite) return undefined;
  const name = `${printable(release.codename)} ${printable(release.version)}`;
  return {
    id: "suite",
    is: "fail",
    says: `The installer is ${image.suite}'s; ${printable(asked)}, which it would ask for, is ${name}.`,
    remedy: `Preseed mirror/suite ${image.suite}, or boot an image of ${name}.`,
  };
}

/** Is the image the build that the mirror calls `current`? */
export function judgeBuild(image: Pick<InstallerTree, "arch" | "build">, release: ReleaseFile): Finding {
  const id = "build";
  const current = currentBuild(release, image.arch);
  if (current === undefined)
    return {
      id,
      is: "unknown",
      says: `The mirror does not say which build of installer-${image.arch} is current.`,
    };
  const difference = compareVersions(image.build, current);
  if (difference === 0) return { id, is: "pass", says: `Build ${image.build} is the mirror's current one.` };
  if (difference > 0)
    return { id, is: "warn", says: `Build ${image.build} is newer than the mirror's, ${current}.` };
  return {
    id,
    is: "warn",
    says: `Build ${image.build} is older than the mirror's current one, ${current}.`,
    remedy: "Pull the image anew: `rackhand image pull`.",
  };
}
