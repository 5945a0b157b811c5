import { sameBytes } from "../../../base/bytes.ts";
import { fromLatin1 } from "../../../base/text.ts";
import { ARCHITECTURES, architectureWords, FIRMWARE_WORDS, type Firmware } from "./architectures.ts";
import type { Options } from "./options.ts";

/**
 * Who asks: iPXE on some firmware, a plain ROM or UEFI HTTP Boot on a firmware we serve or not, or no netboot
 * client at all.
 */
export type Asker =
  | { readonly is: "ipxe"; readonly firmware: Firmware | undefined }
  | { readonly is: "rom"; readonly firmware: Firmware }
  | { readonly is: "http"; readonly firmware: Firmware }
  | { readonly is: "unserved"; readonly architecture: number }
  | { readonly is: "plain" };

const IPXE = fromLatin1("iPXE");

export function askerOf(options: Options): Asker {
  const codes = options.architectures ?? [0]; // a ROM without option 93 is older than it, so BIOS
  const known = codes.find((code) => ARCHITECTURES.get(code)?.firmware !== undefined);
  const firmware = known === undefined ? undefined : ARCHITECTURES.get(known)?.firmware;
  if (options.ipxe !== undefined || saysIpxe(options.userClass)) return { is: "ipxe", firmware };
  const is = CLASSES.find(([word]) => options.vendorClass?.startsWith(word))?.[1];
  if (is === undefined) return { is: "plain" };
  return firmware === undefined ? { is: "unserved", architecture: codes[0]! } : { is, firmware };
}

/** What option 60 begins with, and the server answers with exactly that word. */
const CLASSES = [
  ["PXEClient", "rom"],
  ["HTTPClient", "http"],
] as const;

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
  switch (asker.is) {
    case "ipxe":
      return asker.firmware ? `iPXE, ${FIRMWARE_WORDS[asker.firmware]}` : "iPXE";
    case "rom":
      return `PXE ROM, ${FIRMWARE_WORDS[asker.firmware]}`;
    case "http":
      return `HTTP Boot, ${FIRMWARE_WORDS[asker.firmware]}`;
    case "unserved":
      return `netboot ROM, ${architectureWords(asker.architecture)}`;
    case "plain":
      return "not a netboot client";
  }
}
