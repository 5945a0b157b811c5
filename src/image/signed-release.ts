import { createHash } from "node:crypto";
import { type ReleaseFile, readRelease } from "./core/release-file.ts";
import { verifySigned } from "./gpgv.ts";
import type { Mirror } from "./mirror.ts";

export const DEBIAN_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** The top of the signature chain: what the mirror says of a suite, when somebody we trust signed it. */
export type SignedRelease =
  | { readonly is: "good"; readonly release: ReleaseFile; readonly signers: readonly string[] }
  | { readonly is: "refused"; readonly why: string }
  | { readonly is: "absent" };

const MOST_RELEASE = 8 << 20;

export async function fetchRelease(
  mirror: Mirror,
  suite: string,
  keyrings: readonly string[],
  signal?: AbortSignal,
): Promise<SignedRelease> {
  const bytes = await mirror.bytes(`dists/${suite}/InRelease`, MOST_RELEASE);
  if (bytes === undefined) return { is: "absent" };
  const signed = await verifySigned(bytes, keyrings, signal);
  if (signed.is === "refused") return signed;
  const release = readRelease(signed.text);
  if (!release.ok) return { is: "refused", why: release.flaw };
  if (![release.value.suite, release.value.codename].includes(suite))
    return { is: "refused", why: `it is the Release file of ${release.value.codename}` };
  return { is: "good", release: release.value, signers: signed.signers };
}

/** A file that the Release file vouches for: its bytes when they are the right ones. */
export type Vouched =
  | { readonly is: "good"; readonly bytes: Uint8Array }
  | { readonly is: "unlisted" }
  | { readonly is: "missing" } // listed, and the mirror does not have it
  | { readonly is: "wrong"; readonly why: string };

/**
 * By its hash where the mirror announces that, because between Release file and index the mirror may move on;
 * by its name otherwise.
 */
export async function fetchVouched(
  mirror: Mirror,
  suite: string,
  release: ReleaseFile,
  path: string,
): Promise<Vouched> {
  const entry = release.files.get(path);
  if (entry === undefined) return { is: "unlisted" };
  const folder = path.slice(0, path.lastIndexOf("/"));
  const byHash = release.byHash ? [`dists/${suite}/${folder}/by-hash/SHA256/${entry.sha256}`] : [];
  let found: Vouched = { is: "missing" };
  for (const name of [...byHash, `dists/${suite}/${path}`]) {
    const bytes = await mirror.bytes(name, entry.size + 1);
    if (bytes === undefined) continue;
    const sum = createHash("sha256").update(bytes).digest("hex");
    if (bytes.length === entry.size && sum === entry.sha256) return { is: "good", bytes };
    const why =
      bytes.length === entry.size ? "its hash is another" : `it has ${bytes.length} bytes, not ${entry.size}`;
    found = { is: "wrong", why: `${path} is not what the Release file lists: ${why}` };
  }
  return found;
}
