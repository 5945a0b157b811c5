import { type Firmware, type RackMachine, tapOf } from "./layout.ts";

/** The words of ipmi_sim's chassis program (OpenIPMI lanserv/bmc_chassis.c); `default` is the hard disk. */
export const BOOT_WORDS = ["none", "pxe", "default", "cdrom", "bios"] as const;
export type BootWord = (typeof BOOT_WORDS)[number];

export type QemuPlan = {
  readonly machine: RackMachine;
  readonly accel: "kvm" | "tcg";
  readonly boot: BootWord; // for this start alone
  readonly screen: Screen;
  readonly disk: string | undefined;
};
/**
 * `serial`: the firmware shows its text screen on the serial line, as servers with console redirection do;
 * a loader that writes to the serial port as well shows every character twice (PXELINUX: `console 0`
 * helps). `vga`: the serial line has only what is written to it.
 */
export type Screen = "serial" | "vga";

export const FIRMWARE_FILES: Readonly<Record<Firmware, readonly { file: string; packages: string }[]>> = {
  bios: [
    { file: "/usr/share/seabios/bios-256k.bin", packages: "seabios" },
    { file: "/usr/lib/ipxe/qemu/efi-virtio.rom", packages: "ipxe-qemu" },
  ],
  uefi: [
    { file: "/usr/share/OVMF/OVMF_CODE.fd", packages: "ovmf" },
    { file: "/usr/share/OVMF/OVMF_VARS.fd", packages: "ovmf" },
    { file: "/usr/lib/ipxe/qemu/efi-virtio.rom", packages: "ipxe-qemu" },
  ],
};

/**
 * One start of a machine; paths are relative to the rack's directory. The screen is the serial line:
 * graphics=off makes SeaBIOS send its text mode there (etc/sercon-port), and OVMF writes to it anyway. A
 * reboot of the guest ends QEMU, so that the next start asks the BMC for its boot device again, as firmware
 * does.
 */
export function qemuArgv({ machine, accel, boot, screen, disk }: QemuPlan): string[] {
  const { name, mac, uuid, firmware } = machine;
  const graphics = screen === "vga" ? "on" : "off";
  const [diskFirst, netFirst] = boot === "pxe" ? [2, 1] : [1, 2];
  return [
    ...["-name", `${name},process=rack-${name}`, "-uuid", uuid, "-no-user-config", "-nodefaults"],
    ...[
      "-machine",
      `${firmware === "uefi" ? "q35" : "pc"},accel=${accel},graphics=${graphics}`,
      "-m",
      "1024",
    ],
    ...["-display", "none", "-vga", screen === "vga" ? "std" : "none", "-action", "reboot=shutdown"],
    ...["-chardev", `socket,id=serial0,path=${name}.serial`, "-serial", "chardev:serial0"],
    ...["-chardev", `socket,id=qmp0,path=${name}.qmp`, "-mon", "chardev=qmp0,mode=control"],
    ...(boot === "bios" ? ["-boot", "menu=on,splash-time=10000"] : []),
    ...(firmware === "uefi" ? flash(name) : []),
    ...(disk === undefined ? [] : driveOf(disk, name, diskFirst)),
    ...["-netdev", `tap,id=net0,ifname=${tapOf(machine)},script=no,downscript=no`],
    ...["-device", `virtio-net-pci,netdev=net0,mac=${mac},bootindex=${netFirst}`],
  ];
}

const flash = (name: string): string[] => [
  ...["-drive", "if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE.fd"],
  ...["-drive", `if=pflash,format=raw,file=${name}.vars`],
];

/** Its serial number is `rack-m1`: what asks for a disk asks by that. */
const driveOf = (file: string, machine: string, bootindex: number): string[] => [
  ...["-drive", `if=none,id=disk0,format=raw,file=${file}`],
  ...["-device", `virtio-blk-pci,drive=disk0,serial=rack-${machine},bootindex=${bootindex}`],
];
