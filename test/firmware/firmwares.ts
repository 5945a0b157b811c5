import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";

export const FIRMWARES = {
  "bios-ipxe": { says: "SeaBIOS, iPXE ROM", machine: "bios" },
  uefi: { says: "OVMF PXEv4", machine: "uefi" },
  "uefi-secure": { says: "OVMF PXEv4, Secure Boot", machine: "secure" },
  "uefi-http": { says: "OVMF HTTPv4", machine: "uefi", without: ["IPv4PXESupport", "IPv6PXESupport"] },
  "uefi-pxe6": { says: "OVMF PXEv6", machine: "uefi", without: ["IPv4PXESupport"], ipv6: true },
  "uefi-http6": {
    ...{ says: "OVMF HTTPv6", machine: "uefi", ipv6: true },
    without: ["IPv4PXESupport", "IPv6PXESupport"], // HTTPv4 comes first, and nobody leases there
  },
  "bios-chain": { says: "SeaBIOS, a ROM that is not iPXE; iPXE chainloaded", machine: "bios" },
  "uefi-chain": { says: "OVMF PXEv4; iPXE chainloaded", machine: "uefi" },
  "uefi-secure-chain": { says: "OVMF PXEv4, Secure Boot; iPXE, unsigned, is refused", machine: "secure" },
  "uefi-ia32": { says: "OVMF IA32 PXEv4, a 64-bit processor", machine: "ia32" },
  "uefi-arm64": { says: "AAVMF PXEv4, ARM64", machine: "arm64" },
} as const satisfies Record<string, FirmwareRow>;
export type FirmwareId = keyof typeof FIRMWARES;

/** Firmware that nothing is served for. */
const UNSERVED = {
  "uefi-arm32": { says: "AAVMF PXEv4, ARM32", machine: "arm32" },
} as const satisfies Record<string, FirmwareRow>;
export type AnyFirmware = FirmwareId | keyof typeof UNSERVED;
const ALL: Readonly<Record<AnyFirmware, FirmwareRow>> = { ...FIRMWARES, ...UNSERVED };
export const firmwareWords = (id: AnyFirmware): string => ALL[id].says;

type FirmwareRow = {
  readonly says: string;
  readonly machine: keyof typeof MACHINES;
  /** OVMF tries PXE before HTTP, for minutes: its own switches leave one of them alone. */
  readonly without?: readonly string[];
  readonly ipv6?: true; // where there is IPv6, and nowhere else
};

/** Kinds of virtual hardware: what QEMU is told, and the files that it needs, each with its package. */
const MACHINES = {
  bios: {
    qemu: "qemu-system-x86_64",
    argv: ["-machine", "pc,accel=tcg,graphics=off", "-m", "1024"],
    card: "virtio-net-pci",
    flash: undefined,
    files: ["/usr/share/seabios/bios-256k.bin", "/usr/lib/ipxe/qemu/efi-virtio.rom"],
  },
  uefi: {
    qemu: "qemu-system-x86_64",
    argv: ["-machine", "q35,accel=tcg", "-m", "1024"],
    card: "virtio-net-pci,romfile=", // PXE is OVMF's own then
    flash: ["/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"],
    files: [],
  },
  /** Microsoft's keys are enrolled in these variables, and only code in SMM may write them. */
  secure: {
    qemu: "qemu-system-x86_64",
    argv: [
      ...["-machine", "q35,accel=tcg,smm=on", "-m", "1024", "-global", "ICH9-LPC.disable_s3=1"],
      ...["-global", "driver=cfi.pflash01,property=secure,value=on"],
    ],
    card: "virtio-net-pci,romfile=",
    flash: ["/usr/share/OVMF/OVMF_CODE_4M.secboot.fd", "/usr/share/OVMF/OVMF_VARS_4M.ms.fd"],
    files: [],
  },
  ia32: {
    qemu: "qemu-system-x86_64",
    argv: ["-machine", "q35,accel=tcg,smm=on", "-m", "1024", "-global", "ICH9-LPC.disable_s3=1"],
    card: "virtio-net-pci,romfile=",
    flash: ["/usr/share/OVMF/OVMF32_CODE_4M.secboot.fd", "/usr/share/OVMF/OVMF32_VARS_4M.fd"],
    files: ["/usr/lib/debian-installer/images/12/i386/text"],
  },
  arm64: {
    qemu: "qemu-system-aarch64",
    argv: ["-machine", "virt,accel=tcg", "-cpu", "cortex-a57", "-m", "1024"],
    card: "virtio-net-pci,romfile=",
    flash: ["/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/AAVMF/AAVMF_VARS.fd"],
    files: ["/usr/lib/debian-installer/images/12/arm64/text"],
  },
  arm32: {
    qemu: "qemu-system-arm",
    argv: ["-machine", "virt,accel=tcg,highmem=off", "-cpu", "cortex-a15", "-m", "1024"],
    card: "virtio-net-pci,romfile=",
    flash: ["/usr/share/AAVMF/AAVMF32_CODE.fd", "/usr/share/AAVMF/AAVMF32_VARS.fd"],
    files: [],
  },
} as const satisfies Record<string, Hardware>;

type Hardware = {
  readonly qemu: string;
  readonly argv: readonly string[];
  readonly card: string;
  readonly flash: readonly [code: string, vars: string] | undefined;
  readonly files: readonly string[];
};

/** What this machine lacks for it. */
export function missingFor(id: AnyFirmware): string[] {
  const { qemu, flash, files }: Hardware = MACHINES[ALL[id].machine];
  return [`/usr/bin/${qemu}`, ...(flash ?? []), ...files].filter((file) => !existsSync(file));
}

/** One start from the network of an empty machine; its firmware's variables are fresh, in `desk`. */
export function qemuArgv(
  id: AnyFirmware,
  at: { desk: string; mac: string; tap: string; serial: string },
): string[] {
  const { machine, without = [] } = ALL[id];
  const { qemu, argv, card, flash }: Hardware = MACHINES[machine];
  return [
    ...[qemu, ...argv, "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-vga", "none"],
    ...["-monitor", "none", "-serial", at.serial],
    ...["-netdev", `tap,id=n0,ifname=${at.tap},script=no,downscript=no`],
    ...["-device", `${card},netdev=n0,mac=${at.mac},bootindex=1`],
    ...(flash === undefined ? [] : flashOf(flash, at.desk)),
    ...without.flatMap((name) => ["-fw_cfg", `name=opt/org.tianocore/${name},string=n`]),
  ];
}

function flashOf([code, vars]: readonly [string, string], desk: string): string[] {
  const own = join(desk, "vars.fd");
  copyFileSync(vars, own);
  const kind = "if=pflash,format=raw";
  return ["-drive", `${kind},unit=0,readonly=on,file=${code}`, "-drive", `${kind},unit=1,file=${own}`];
}
