import { sameBytes } from "../../base/bytes.ts";
import { flaw, ok, type Read } from "../../base/read.ts";
import { fromLatin1, latin1 } from "../../base/text.ts";

/** What a kernel says about itself. */
export type KernelHeader = { readonly release: string; readonly debianVersion: string };

/** The version string lies at most this far into the file: its pointer has 16 bits and starts at 0x200. */
export const HEADER_BYTES = 0x200 + 0xffff + 0x100;

/**
 * Documentation/arch/x86/boot.rst: HdrS at 0x202, protocol at 0x206, at 0x20e where the version string is,
 * less 0x200.
 */
export function readKernelHeader(bytes: Uint8Array): Read<KernelHeader> {
  if (bytes.length < 0x210 || latin1(bytes.subarray(0x202, 0x206)) !== "HdrS") {
    return flaw("no Linux kernel for x86: HdrS is missing", 0x202);
  }
  const at = (bytes[0x20e]! | (bytes[0x20f]! << 8)) + 0x200;
  const end = bytes.indexOf(0, at);
  if (at === 0x200 || at >= bytes.length || end < 0) return flaw("the kernel has no version string", 0x20e);
  return versionIn(latin1(bytes.subarray(at, end)), at);
}

/** Documentation/arch/arm64/booting.rst: the magic is at 56. */
export const isArm64Image = (bytes: Uint8Array): boolean => latin1(bytes.subarray(56, 60)) === "ARM\x64";

const [BANNER, MOST_BANNER] = [fromLatin1("Linux version "), 512];

/** An arm64 Image, whole: it does not say where its banner (init/version.c) is, so that is looked for. */
export function readArm64Banner(image: Uint8Array): Read<KernelHeader> {
  for (let at = image.indexOf(BANNER[0]!); at >= 0; at = image.indexOf(BANNER[0]!, at + 1)) {
    const from = at + BANNER.length;
    if (!sameBytes(image.subarray(at, from), BANNER)) continue;
    const end = image.indexOf(0, from);
    if (end < 0 || end - from > MOST_BANNER) continue;
    return versionIn(latin1(image.subarray(from, end)), from);
  }
  return flaw("the kernel has no banner");
}

function versionIn(text: string, at: number): Read<KernelHeader> {
  const release = /^[A-Za-z0-9.+~_-]+/.exec(text)?.[0];
  if (release === undefined) return flaw("the kernel's version string is not one", at);
  return ok({ release, debianVersion: /\bDebian (\d+\.\d+\.\d[A-Za-z0-9.+~:-]*)/.exec(text)?.[1] ?? "" });
}
