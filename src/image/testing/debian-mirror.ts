import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type ArchiveKey, archiveKey } from "./openpgp.ts";
import { type PretendMirror, pretendMirror } from "./pretend-mirror.ts";
import { scratch } from "./scratch.ts";

export type Contents = {
  readonly suite: string;
  readonly version?: string;
  readonly build: string;
  readonly packages: string; // the udebs' index; its pool is made from it
  readonly tree?: string; // packed as the build's netboot.tar.gz
  readonly sumsOf?: string; // SHA256SUMS of another tree; the archive's own line is right
  readonly byHash?: boolean;
  readonly validUntil?: string;
};
export type DebianMirror = PretendMirror & { readonly keyring: string; readonly key: ArchiveKey };

/** A whole, signed, small mirror of one suite's installer. */
export async function debianMirror(contents: Contents): Promise<DebianMirror> {
  const { suite, build, packages } = contents;
  const images = (dated: string) => `main/installer-amd64/${dated}/images`;
  const index = "main/debian-installer/binary-amd64/Packages.gz";
  const packed: [string, Buffer][] = [[index, gzipSync(packages)]];
  const netboot =
    contents.tree === undefined || contents.tree === ""
      ? undefined
      : netbootOf(contents.tree, contents.sumsOf);
  for (const dated of [build, "current"])
    packed.push([`${images(dated)}/SHA256SUMS`, Buffer.from(netboot?.sums ?? "")]);
  const release = releaseText(contents, packed);
  const key = archiveKey("A Pretended Archive <archive@example.org>");
  const keyring = join(scratch(), "keyring.gpg");
  writeFileSync(keyring, key.keyring);
  const files = new Map<string, Uint8Array | string>(
    packed.map(([path, bytes]) => [`dists/${suite}/${path}`, bytes]),
  );
  files.set(`dists/${suite}/InRelease`, key.clearSign(release));
  if (netboot !== undefined)
    files.set(`dists/${suite}/${images(build)}/netboot/netboot.tar.gz`, netboot.archive);
  for (const [, path, bytes] of packages.matchAll(/^Filename: (\S+)\nSize: (\d+)$/gm)) {
    files.set(path!, Buffer.alloc(Number(bytes)));
  }
  return { ...(await pretendMirror(files)), key, keyring };
}

function releaseText(contents: Contents, packed: readonly [string, Buffer][]): string {
  const lines = packed.map(([path, bytes]) => ` ${sha256(bytes)} ${bytes.length} ${path}`);
  const { suite, version = "0.1", byHash = false, validUntil } = contents;
  return [
    "Origin: Debian",
    "Suite: oldstable",
    `Version: ${version}`,
    `Codename: ${suite}`,
    "Date: Sat, 11 Jul 2026 10:16:37 UTC",
    ...(validUntil === undefined ? [] : [`Valid-Until: ${validUntil}`]),
    `Acquire-By-Hash: ${byHash ? "yes" : "no"}`,
    "SHA256:",
    ...lines,
    "",
  ].join("\n");
}

function netbootOf(tree: string, others?: string): { archive: Buffer; sums: string } {
  const packed = spawnSync("tar", ["-C", tree, "-czf", "-", "."], { maxBuffer: 1 << 26 });
  const archive = packed.stdout;
  const names = readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const sums = names.map(
    (name) => `${sha256(readFileSync(name))}  ./netboot/${name.slice(tree.length + 1)}\n`,
  );
  const listed = (others ?? sums.join("")).replace(/^.*netboot\.tar\.gz\n/m, "");
  return { archive, sums: `${listed}${sha256(archive)}  ./netboot/netboot.tar.gz\n` };
}

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
