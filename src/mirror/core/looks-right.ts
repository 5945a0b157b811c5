import { fromHex, fromLatin1, latin1 } from "../../base/text.ts";
import type { ArchiveFile } from "./archive-file.ts";

/** So many bytes of a file's beginning are enough to judge it. */
export const BEGINNING = 40;

/** How files of an archive begin: a hotel's login page has status 200 too, and would be kept for ever. */
const BEGINNINGS: readonly { readonly ends: RegExp; readonly begins: Uint8Array }[] = [
  { ends: /\.u?deb$/, begins: fromLatin1("!<arch>\n") }, // deb(5)
  { ends: /\.xz$/, begins: fromHex("fd 37 7a 58 5a 00") },
  { ends: /\.gz$/, begins: fromHex("1f 8b") },
  { ends: /\.bz2$/, begins: fromLatin1("BZh") },
  { ends: /\.zst$/, begins: fromHex("28 b5 2f fd") },
  { ends: /\/InRelease$/, begins: fromLatin1("-----BEGIN PGP SIGNED MESSAGE-----") },
  { ends: /\/Release\.gpg$/, begins: fromLatin1("-----BEGIN PGP SIGNATURE-----") },
];

/** What is wrong with how a file begins, or nothing. `beginning` may be longer, or all of a shorter file. */
export function whyNotRight({ path, kind }: ArchiveFile, beginning: Uint8Array): string | undefined {
  const wanted = BEGINNINGS.find(({ ends }) => ends.test(path))?.begins;
  if (wanted !== undefined && !wanted.every((byte, i) => beginning[i] === byte))
    return "it does not begin as such a file does";
  const isPage = /^\s*<(!doctype|html)/i.test(latin1(beginning.subarray(0, BEGINNING)));
  return isPage && kind !== "by-hash" ? "it is a web page" : undefined;
}
