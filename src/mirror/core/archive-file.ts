import { flaw, ok, type Read } from "../../base/read.ts";

/**
 * A file of a Debian archive by its place in it (Debian wiki, RepositoryFormat). What lies in `pool/` and what
 * is named by its hash never changes; the rest does.
 */
export type ArchiveFile = {
  readonly path: string; // decoded, without a leading slash
  readonly kind: "package" | "by-hash" | "release" | "index";
  readonly hash?: { readonly algorithm: Algorithm; readonly hex: string }; // that its name promises
};
export type Algorithm = "md5" | "sha1" | "sha256" | "sha512";

const ALGORITHMS: Readonly<Record<string, { readonly algorithm: Algorithm; readonly digits: number }>> = {
  MD5Sum: { algorithm: "md5", digits: 32 },
  SHA1: { algorithm: "sha1", digits: 40 },
  SHA256: { algorithm: "sha256", digits: 64 },
  SHA512: { algorithm: "sha512", digits: 128 },
};
const RELEASES = ["InRelease", "Release", "Release.gpg"];
const LONGEST = 500;

/** The path as it was asked for, percent-encoded. */
export function readArchiveFile(asked: string): Read<ArchiveFile> {
  const decoded = decode(asked);
  if (decoded === undefined) return flaw("the path is not percent-encoded UTF-8");
  if (decoded.length > LONGEST) return flaw("the path is too long");
  const parts = decoded.split("/");
  if (!parts.every(isName)) return flaw("the path has a part that no file of an archive is called");
  const top = parts.findIndex((part) => part === "dists" || part === "pool");
  if (top < 0 || top === parts.length - 1)
    return flaw("only files below dists/ and pool/ of a Debian archive are fetched");
  if (parts[top] === "pool") return ok({ path: decoded, kind: "package" });
  const hash = hashIn(parts);
  if (hash !== undefined) return ok({ path: decoded, kind: "by-hash", hash });
  return ok({ path: decoded, kind: RELEASES.includes(parts.at(-1)!) ? "release" : "index" });
}

export const isImmutable = ({ kind }: ArchiveFile): boolean => kind === "package" || kind === "by-hash";

/** One way to write a path, whatever way it was asked for: the same file has one key. */
export const encodedPath = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

function decode(asked: string): string | undefined {
  try {
    return decodeURIComponent(asked);
  } catch {
    return undefined;
  }
}

const isName = (part: string): boolean => /^[\w.+~:@=,^!-]+$/.test(part) && !/^\.+$/.test(part);

function hashIn(parts: readonly string[]): ArchiveFile["hash"] {
  const [folder, name = "", hex = ""] = parts.slice(-3);
  const known = folder === "by-hash" && Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name] : undefined;
  if (known === undefined || hex.length !== known.digits || !/^[0-9a-f]+$/.test(hex)) return undefined;
  return { algorithm: known.algorithm, hex };
}
