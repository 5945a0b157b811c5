import type { ExportMachine } from "./wish.ts";
import { refused } from "./words.ts";

/**
 * Who asks, told apart by the packet alone: iPXE by option 175, then 77; the firmware by option 93, where 7
 * and 9 are both UEFI x64 (erratum of RFC 4578) and a ROM without it is older than it, so BIOS. No packet is
 * of two kinds.
 */
export type Asker = "ipxe-bios" | "ipxe" | "uefi" | "bios";

/** The file that the DHCP answer names, for each who may ask from that machine. */
export type BootRow = { readonly asker: Asker; readonly file: string };

export const machinePath = (name: string): string => `machines/${name}`;

/** None: the firmware goes on to its next boot device. */
export function bootRows(machine: ExportMachine): BootRow[] {
  const { name, tree, loader } = machine;
  if (tree === undefined) return [];
  if (loader === "ipxe") throw refused(`${name} is to be given iPXE's loaders, which no image has.`);
  const pxelinux = "pxelinux.0";
  const shim = `debian-installer/${tree.arch}/bootnetx64.efi`;
  const rows: readonly [Asker, string][] = [
    ["ipxe-bios", loader === "pxelinux" ? pxelinux : "menu.ipxe"],
    ["ipxe", "menu.ipxe"],
    ["uefi", shim],
    ["bios", pxelinux],
  ];
  const lacking = rows.find(([, file]) => !tree.paths.includes(file) && !tree.texts.has(file));
  if (lacking !== undefined) throw refused(`The image ${tree.image} of ${name} has no ${lacking[1]}.`);
  return rows.map(([asker, file]) => ({ asker, file: `${machinePath(name)}/${file}` }));
}
