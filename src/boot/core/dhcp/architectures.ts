export type Firmware = "bios" | "uefi-ia32" | "uefi-x64" | "uefi-arm64";

/** A row without firmware has no loader here; the machine gets silence that says so. */
export type Architecture = { readonly says: string; readonly firmware?: Firmware };

const IA32 = { says: "UEFI IA32", firmware: "uefi-ia32" } as const;
const X64 = { says: "UEFI x64", firmware: "uefi-x64" } as const;
const ARM64 = { says: "UEFI ARM64", firmware: "uefi-arm64" } as const;

/**
 * IANA's processor architecture codes (option 93, RFC 4578 2.1). RFC 4578 printed 7 and 9 swapped (erratum of
 * 2016) and firmware uses either for x64, so both get the same loader. Debian 12's i386 trees have
 * the loader for 32-bit UEFI; its releases from 13 on have no such installer.
 */
export const ARCHITECTURES: ReadonlyMap<number, Architecture> = new Map<number, Architecture>([
  [0, { says: "BIOS", firmware: "bios" }],
  [1, { says: "NEC PC98" }],
  [2, { says: "Itanium" }],
  [3, { says: "DEC Alpha" }],
  [4, { says: "Arc x86" }],
  [5, { says: "Intel Lean Client" }],
  [6, IA32],
  [7, X64],
  [8, { says: "UEFI XScale" }],
  [9, X64],
  [10, { says: "UEFI ARM32" }],
  [11, ARM64],
  [12, { says: "PowerPC Open Firmware" }],
  [13, { says: "PowerPC ePAPR" }],
  [14, { says: "POWER OPAL" }],
  [15, IA32],
  [16, X64],
  [17, { says: "UEFI byte code by HTTP" }],
  [18, { says: "UEFI ARM32 by HTTP" }],
  [19, ARM64],
  [20, { says: "BIOS by HTTP" }],
  [21, { says: "U-Boot ARM32" }],
  [22, { says: "U-Boot ARM64" }],
  [23, { says: "U-Boot ARM32 by HTTP" }],
  [24, { says: "U-Boot ARM64 by HTTP" }],
  [25, { says: "UEFI RISC-V 32" }],
  [26, { says: "UEFI RISC-V 32 by HTTP" }],
  [27, { says: "UEFI RISC-V 64" }],
  [28, { says: "UEFI RISC-V 64 by HTTP" }],
  [29, { says: "UEFI RISC-V 128" }],
  [30, { says: "UEFI RISC-V 128 by HTTP" }],
  [31, { says: "s390 basic" }],
  [32, { says: "s390 extended" }],
  [33, { says: "MIPS32" }],
  [34, { says: "MIPS64" }],
  [35, { says: "Sunway 32" }],
  [36, { says: "Sunway 64" }],
  [37, { says: "UEFI LoongArch 32" }],
  [38, { says: "UEFI LoongArch 32 by HTTP" }],
  [39, { says: "UEFI LoongArch 64" }],
  [40, { says: "UEFI LoongArch 64 by HTTP" }],
  [41, { says: "Raspberry Pi" }],
]);

/** Paths in Debian's netboot trees. */
export const LOADERS: Readonly<Record<Firmware, string>> = {
  bios: "pxelinux.0",
  "uefi-ia32": "debian-installer/i386/bootnetia32.efi",
  "uefi-x64": "debian-installer/amd64/bootnetx64.efi",
  "uefi-arm64": "debian-installer/arm64/bootnetaa64.efi",
};

/**
 * iPXE's loaders as Debian's package `ipxe` has them, built for x86 alone: undionly drives the card through
 * the ROM's UNDI, snponly through the firmware's SNP, and both only the card that they came by.
 */
export const IPXE_LOADERS: Readonly<Partial<Record<Firmware, string>>> = {
  bios: "ipxe/undionly.kpxe",
  "uefi-x64": "ipxe/snponly.efi",
};

export const FIRMWARE_WORDS: Readonly<Record<Firmware, string>> = {
  bios: "BIOS",
  "uefi-ia32": IA32.says,
  "uefi-x64": X64.says,
  "uefi-arm64": ARM64.says,
};

export function architectureWords(code: number): string {
  const known = ARCHITECTURES.get(code);
  return known === undefined ? `architecture ${code}` : `architecture ${code} (${known.says})`;
}
