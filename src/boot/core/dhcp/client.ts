import { sameBytes } from "../../../base/bytes.ts";
import { fromLatin1 } from "../../../base/text.ts";
import type { Options } from "./options.ts";

export type Firmware = "bios" | "uefi-x64";
/**
 * Who asks: iPXE on some firmware, a plain ROM on a firmware we serve or not, or no netboot client at all.
 */
export type Asker =
  | { readonly is: "ipxe"; readonly firmware: Firmware | undefined }
  | { readonly is: "rom"; readonly firmware: Firmware }
  | { readonly is: "unserved"; readonly architecture: number }
  | { readonly is: "plain" };

/**
 * IANA's processor architecture codes that we serve. RFC 4578 printed 7 and 9 swapped (erratum of 2016) and
 * firmware uses either for x64, so both get the same loader.
 */
export const ARCHITECTURES: ReadonlyMap<number, Firmware> = new Map([
  [0, "bios"],
  [7, "uefi-x64"],
  [9, "uefi-x64"],
]);

export const LOADERS: Readonly<Record<Firmware, string>> = {
  bios: "pxelinux.0",
  "uefi-x64": "debian-installer/amd64/bootnetx64.efi",
};

export const FIRMWARE_WORDS: Readonly<Record<Firmware, string>> = { bios: "BIOS", "uefi-x64": "UEFI x64" };

const IPXE = fromLatin1("iPXE");

export function askerOf(options: Options): Asker {
  const codes = options.architectures ?? [0]; // a ROM without option 93 is older than it, so BIOS
  const known = codes.find((code) => ARCHITECTURES.has(code));
  const firmware = known === undefined ? undefined : ARCHITECTURES.get(known);
  if (options.ipxe !== undefined || saysIpxe(options.userClass)) return { is: "ipxe", firmware };
  if (!options.vendorClass?.startsWith("PXEClient")) return { is: "plain" };
  return firmware === undefined ? { is: "unserved", architecture: codes[0]! } : { is: "rom", firmware };
}

/** iPXE sends its user class as 4 raw bytes; RFC 3004 4 wants a length before each class. Both are taken. */
function saysIpxe(userClass: Uint8Array | undefined): boolean {
  if (userClass === undefined) return false;
  if (sameBytes(userClass, IPXE)) return true;
  for (let at = 0; at < userClass.length; at += 1 + userClass[at]!) {
    const isNext = userClass[at] === IPXE.length;
    if (isNext && sameBytes(userClass.subarray(at + 1, at + 1 + IPXE.length), IPXE)) return true;
  }
  return false;
}

export function askerWords(asker: Asker): string {
  if (asker.is === "ipxe") return asker.firmware ? `iPXE, ${FIRMWARE_WORDS[asker.firmware]}` : "iPXE";
  if (asker.is === "rom") return `PXE ROM, ${FIRMWARE_WORDS[asker.firmware]}`;
  return asker.is === "unserved" ? `PXE ROM, architecture ${asker.architecture}` : "not a netboot client";
}
