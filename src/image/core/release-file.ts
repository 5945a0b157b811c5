import { flaw, ok, type Read } from "../../base/read.ts";
import { readStanzas } from "./deb822.ts";

/** One file that a Release file vouches for. */
export type Indexed = { readonly size: number; readonly sha256: string };

/** What a mirror's signed Release file says (Debian wiki, RepositoryFormat). */
export type ReleaseFile = {
  readonly suite: string; // "oldstable": moves from release to release
  readonly codename: string; // "bookworm": stays
  readonly version: string; // "12.15", the point release
  readonly date: number; // milliseconds
  readonly validUntil: number | undefined;
  readonly byHash: boolean;
  readonly files: ReadonlyMap<string, Indexed>; // by path below dists/<suite>/
};

export function readRelease(text: string): Read<ReleaseFile> {
  const fields = readStanzas(text)[0];
  if (fields === undefined) return flaw("the Release file is empty");
  const field = (name: string) => fields.get(name) ?? "";
  const date = Date.parse(field("date"));
  if (Number.isNaN(date)) return flaw("the Release file has no date");
  const lines = field("sha256").split("\n");
  const files = lines.flatMap((line): [string, Indexed][] => {
    const match = /^ ([0-9a-f]{64})\s+(\d+)\s+(\S+)$/.exec(line);
    return match === null ? [] : [[match[3]!, { sha256: match[1]!, size: Number(match[2]) }]];
  });
  if (files.length === 0) return flaw("the Release file lists no SHA256");
  const until = Date.parse(field("valid-until"));
  return ok({
    suite: field("suite"),
    codename: field("codename"),
    version: field("version"),
    date,
    validUntil: Number.isNaN(until) ? undefined : until,
    byHash: field("acquire-by-hash") === "yes",
    files: new Map(files),
  });
}

export const udebIndex = (arch: string): string => `main/debian-installer/binary-${arch}/Packages`;
export const sumsPath = (arch: string, build: string): string =>
  `main/installer-${arch}/${build}/images/SHA256SUMS`;

/** The installer builds that the mirror still has, `current` left out. */
export function buildsIn({ files }: ReleaseFile, arch: string): string[] {
  const pattern = new RegExp(`^main/installer-${arch}/([^/]+)/images/SHA256SUMS$`);
  return [...files.keys()].flatMap((path) => {
    const build = pattern.exec(path)?.[1];
    return build === undefined || build === "current" ? [] : [build];
  });
}

/** The build that `current` stands for: the dated folder with the same sums. */
export function currentBuild(release: ReleaseFile, arch: string): string | undefined {
  const current = release.files.get(sumsPath(arch, "current"))?.sha256;
  if (current === undefined) return undefined;
  return buildsIn(release, arch).find(
    (build) => release.files.get(sumsPath(arch, build))?.sha256 === current,
  );
}
