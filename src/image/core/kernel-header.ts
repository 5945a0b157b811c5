import { flaw, ok, type Read } from "../../base/read.ts";
import { latin1 } from "../../base/text.ts";

/** What a bzImage says about itself. */
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
  const text = latin1(bytes.subarray(at, end));
  const release = /^[A-Za-z0-9.+~_-]+/.exec(text)?.[0];
  if (release === undefined) return flaw("the kernel's version string is not one", at);
  return ok({ release, debianVersion: /\bDebian (\d[A-Za-z0-9.+~:-]*)/.exec(text)?.[1] ?? "" });
}
