import { printable } from "../../base/text.ts";
import { newestOf } from "./debian-version.ts";
import type { Finding } from "./finding.ts";
import type { InstallerTree } from "./installer-tree.ts";
import { kernelsIn, offeredFor, shortName, type Udeb } from "./udeb-index.ts";

type Booting = Pick<InstallerTree, "kernelRelease" | "build" | "suite">;

/**
 * Will the installer find modules for the kernel that this image boots? It compares `uname -r` with the field
 * Kernel-Version, letter by letter (anna.c), so the question is membership, not age.
 */
export function judgeSkew(image: Booting, udebs: readonly Udeb[]): Finding {
  const id = "skew";
  const { kernelRelease, build } = image;
  const kernels = kernelsIn(udebs);
  if (!kernels.has(kernelRelease)) {
    const theirs = [...kernels].map((kernel) => printable(kernel)).join(" and ");
    const has = kernels.size === 0 ? "no kernel modules at all" : `modules for ${theirs}`;
    return {
      id,
      is: "fail",
      says:
        `The image (build ${build}) boots Linux ${kernelRelease}, the mirror has ${has}. The installer will stop ` +
        `at "No kernel modules were found"; whoever goes on has no ext4 and no disks.`,
      remedy: PULL_ANEW,
    };
  }
  const newest = newestOf(kernels)!;
  if (newest === kernelRelease) {
    return {
      id,
      is: "pass",
      says: `The mirror's newest modules are for the image's Linux ${kernelRelease}.`,
    };
  }
  return {
    id,
    is: "warn",
    says:
      `The image boots Linux ${kernelRelease}, the mirror also has ${printable(newest)}: this works today and ` +
      "breaks at the next point release, when the older modules go.",
    remedy: PULL_ANEW,
  };
}

const PULL_ANEW =
  "Pull the image anew (`rackhand image pull`; a tree of your own: Debian's newest netboot.tar.gz, then restart its " +
  "TFTP server), or point mirror/http/hostname at a mirror that has these modules.";

/** Without these no Debian server gets installed; the word says what would be missing. */
const NEEDED: Readonly<Record<string, string>> = {
  "kernel-image": "the kernel's own modules",
  "ext4-modules": "ext4",
  "fat-modules": "the EFI system partition",
  "md-modules": "software RAID and LVM",
  "sata-modules": "SATA disks",
  "scsi-modules": "SAS and NVMe disks",
};

/**
 * Is everything there for this kernel? One matching udeb is enough for the installer to go on, so a mirror
 * that was copied in part fails later, and quietly. What the other kernel has is the measure of what there
 * should be.
 */
export function judgeUdebs({ kernelRelease }: Booting, udebs: readonly Udeb[]): Finding {
  const id = "udebs";
  const offered = offeredFor(udebs, kernelRelease);
  if (offered.size === 0)
    return { id, is: "fail", says: `The mirror has no udeb for Linux ${kernelRelease}.`, remedy: SYNC };
  const lacking = Object.keys(NEEDED).filter((name) => !offered.has(name));
  if (lacking.length > 0) {
    const what = lacking.map((name) => `${name} (${NEEDED[name]})`).join(", ");
    return { id, is: "fail", says: `For Linux ${kernelRelease} the mirror lacks ${what}.`, remedy: SYNC };
  }
  const others = udebs.filter(({ kernel }) => kernel !== undefined && kernel !== kernelRelease);
  const gone = others.filter((udeb) => !offered.has(shortName(udeb)));
  if (gone.length === 0)
    return { id, is: "pass", says: `The udebs for Linux ${kernelRelease} are all listed.` };
  const names = [...new Set(gone.map((udeb) => printable(shortName(udeb))))].join(", ");
  return {
    id,
    is: gone.some(({ isStandard }) => isStandard) ? "fail" : "warn",
    says: `The mirror has these for another kernel, and not for Linux ${kernelRelease}: ${names}.`,
    remedy: SYNC,
  };
}

const SYNC =
  "Let the mirror finish its copy, with the section main/debian-installer in it; or use another with --mirror.";
