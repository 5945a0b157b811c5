import type { BootFound } from "./bmc-shapes.ts";

/** What a machine starts from by its BMC's word, as a sentence's rest: the command line and the page say the same. */
export function bootWords({ device, lasts, efi, uri }: BootFound): string {
  if (device === "none") return "starts as its firmware is set";
  const mode = efi === null ? "" : efi ? " (UEFI)" : " (BIOS)";
  return `starts ${lasts} from ${device}${uri === undefined ? "" : ` ${uri}`}${mode}`;
}
