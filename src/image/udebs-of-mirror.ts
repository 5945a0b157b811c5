import { gunzipSync } from "node:zlib";
import type { Finding } from "./core/finding.ts";
import { type ReleaseFile, udebIndex } from "./core/release-file.ts";
import { readUdebs, type Udeb } from "./core/udeb-index.ts";
import type { Mirror } from "./mirror.ts";
import { fetchVouched } from "./signed-release.ts";

const MOST_INDEX = 64 << 20;

/** The installer's components on this mirror, or the finding that says why there are none to judge. */
export async function udebsOf(
  mirror: Mirror,
  { suite, arch, release }: { suite: string; arch: string; release: ReleaseFile },
): Promise<readonly Udeb[] | Finding> {
  const path = udebIndex(arch);
  const kept: string[] = [];
  for (const ending of [".gz", ""]) {
    const found = await fetchVouched(mirror, suite, release, path + ending);
    if (found.is === "good") return readUdebs(textOf(found.bytes, ending));
    if (found.is === "wrong") kept.push(found.why);
  }
  if (kept[0] !== undefined) return { id: "skew", is: "unknown", says: `${kept[0]}.`, remedy: WAIT };
  if ((await mirror.head(`dists/${suite}/${path}.xz`)) !== undefined) {
    const says = `The mirror has ${path} only as .xz, which is not read here; Debian's own mirrors have .gz as well.`;
    return { id: "skew", is: "unknown", says };
  }
  return {
    id: "skew",
    is: "fail",
    says: `The mirror has no main/debian-installer for ${arch}: the installer will stop at "No kernel modules were found".`,
    remedy: "Copy the section main/debian-installer as well, or use another mirror with --mirror.",
  };
}

const WAIT = "A mirror in the middle of its copy looks like this: try again; a cache before it may be stale.";

const textOf = (bytes: Uint8Array, ending: string): string =>
  (ending === ".gz" ? gunzipSync(bytes, { maxOutputLength: MOST_INDEX }) : Buffer.from(bytes)).toString(
    "utf8",
  );
