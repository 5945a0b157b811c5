import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runProgram } from "../process/run-program.ts";

/** What was signed, and by whom; or why nobody we trust did. */
export type Signed =
  | { readonly is: "good"; readonly text: string; readonly signers: readonly string[] }
  | { readonly is: "refused"; readonly why: string };

const VERIFY_MS = 30_000;

/**
 * Verifies a clear-signed text with Debian's gpgv. One good signature by a key of the keyrings is enough: an
 * older keyring lacks the newest of the three keys. Only what gpgv gives back as signed is believed.
 */
export async function verifySigned(
  message: Uint8Array,
  keyrings: readonly string[],
  signal?: AbortSignal,
): Promise<Signed> {
  const there = keyrings.filter((path) => existsSync(path)).map((path) => resolve(path));
  if (there.length === 0) return { is: "refused", why: `there is no keyring ${keyrings.join(" or ")}` };
  const folder = await mkdtemp(join(tmpdir(), "rackhand-gpgv-"));
  try {
    const [signed, plain] = [join(folder, "signed"), join(folder, "plain")];
    await writeFile(signed, message);
    const rings = there.flatMap((path) => ["--keyring", path]);
    const ran = await runProgram({
      argv: ["gpgv", "--homedir", folder, "--status-fd", "1", "--output", plain, ...rings, signed],
      withinMs: VERIFY_MS,
      ...(signal && { signal }),
    });
    const signers = goodSigners(ran.output);
    if (signers.length === 0) return { is: "refused", why: whyNot(ran.output, there) };
    return { is: "good", text: await readFile(plain, "utf8"), signers };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** RFC 4880, 9.4: 8 to 11 are SHA-2. What MD5 or SHA-1 signed is not believed. */
const STRONG = new Set(["8", "9", "10", "11"]);

/** GnuPG's doc/DETAILS: GOODSIG, unlike EXPKEYSIG or REVKEYSIG, comes only from a key still valid. */
function goodSigners(status: string): string[] {
  const signers: string[] = [];
  let good: string | undefined;
  for (const line of status.split("\n")) {
    const [, word, ...rest] = line.split(" ");
    if (word === "NEWSIG") good = undefined;
    if (word === "GOODSIG") good = rest.slice(1).join(" ");
    if (word === "VALIDSIG" && good !== undefined && STRONG.has(rest[7] ?? "")) signers.push(good);
  }
  return signers;
}

function whyNot(status: string, keyrings: readonly string[]): string {
  if (status.includes("BADSIG")) return "its signature does not fit its text";
  if (/EXPKEYSIG|REVKEYSIG|EXPSIG/.test(status)) return "the key that signed it has expired or was revoked";
  if (status.includes("NO_PUBKEY")) return `no key in ${keyrings.join(", ")} signed it`;
  return "it carries no signature";
}
