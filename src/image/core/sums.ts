import { printable } from "../../base/text.ts";
import type { Finding } from "./finding.ts";

/** `SHA256SUMS` of an installer build: hashes by path from the tree's root. Paths there begin with `./netboot/`. */
export function readSums(text: string, flavour: "text" | "gtk"): ReadonlyMap<string, string> {
  const folder = flavour === "gtk" ? "./netboot/gtk/" : "./netboot/";
  const sums = [...text.matchAll(/^([0-9a-f]{64}) [ *](\S+)$/gm)];
  return new Map(
    sums.flatMap(([, sum, path]): [string, string][] =>
      path!.startsWith(folder) ? [[path!.slice(folder.length), sum!]] : [],
    ),
  );
}

/** version.info is written when the archive is packed: it stands in no list. */
const UNLISTED = new Set(["version.info"]);

export type Compared = {
  readonly changed: readonly string[];
  readonly foreign: readonly string[];
  readonly same: number;
};

/** A tree's files against the list. Files that only the list has are none of the netboot tree's. */
export function compareSums(
  found: ReadonlyMap<string, string>,
  listed: ReadonlyMap<string, string>,
): Compared {
  const paths = [...found.keys()].filter((path) => !UNLISTED.has(path));
  const changed = paths.filter((path) => listed.has(path) && listed.get(path) !== found.get(path));
  const foreign = paths.filter((path) => !listed.has(path));
  return { changed, foreign, same: paths.length - changed.length - foreign.length };
}

/** Are these the files that Debian built and signed? Menus are for changing; kernels and loaders are not. */
export function judgeOrigin({ changed, foreign, same }: Compared, build: string): Finding {
  const id = "origin";
  const named = (paths: readonly string[]) => {
    const some = paths.slice(0, 5).map((path) => printable(path));
    return paths.length > 5 ? `${some.join(", ")} and ${paths.length - 5} more` : some.join(", ");
  };
  const broken = changed.filter((path) => !/\.(cfg|txt)$|pxelinux\.cfg\/default$/.test(path));
  if (broken.length > 0) {
    return {
      id,
      is: "fail",
      says: `Not what Debian signed for build ${build}: ${named(broken)}.`,
      remedy: "Fetch the image anew; a file of another build, or one that was tampered with, boots here.",
    };
  }
  if (changed.length > 0)
    return { id, is: "warn", says: `Changed since Debian built ${build}: ${named(changed)}.` };
  if (foreign.length > 0)
    return { id, is: "warn", says: `${same} files are as Debian signed them; added: ${named(foreign)}.` };
  return { id, is: "pass", says: `All ${same} files are as Debian signed them for build ${build}.` };
}
