import type { EventKind } from "../../src/base/event.ts";
import { FIRMWARES, type FirmwareId } from "./firmwares.ts";
import { PLACES, type PlaceId } from "./places.ts";
import type { Proof } from "./watching.ts";

export const RELEASES = { "debian-12": "12", "debian-13": "13" } as const;
export type Image = keyof typeof RELEASES;
/** What is booted: an installer, or our live hand until it does its first errand. */
export type Booted = Image | "live";
export const COLUMNS: Readonly<Record<Booted, string>> = { ...RELEASES, live: "live" };

/** One boot: which firmware, where, and what of it. */
export type Cell = {
  readonly id: string; // "uefi/kea/12"
  readonly firmware: FirmwareId;
  readonly place: PlaceId;
  readonly image: Booted;
};

/** What one firmware's boots are for. */
type Boot = {
  /** How the machine is put on record. */
  readonly add: readonly string[];
  readonly serial?: string; // default: ttyS0,115200n8
  readonly images?: readonly Image[]; // default: all
  /** Armed: it goes on to the installer's kernel by itself; else its menu waits. */
  readonly armed: boolean;
  readonly until: (image: Image) => readonly Proof[];
  readonly shows: string; // in the table of results
  /** What the timeline must have besides, in order: files and how they went, or only what happened. */
  readonly loads: readonly (readonly [kind: EventKind, file?: string])[];
  /** What stands at the end of a boot that went wrong: no need to wait on. */
  readonly lost?: RegExp;
  readonly never?: RegExp; // what must not have been written
  readonly withinMs: number;
};

const KERNEL = { "debian-12": /^6\.1\.\d+-\d+-amd64/, "debian-13": /\+deb13-amd64/ };
/** Read as it was written: OVMF's text screen has more rows than a terminal, and GRUB draws on all of them. */
const menuOf = (grub: RegExp): Proof[] => [{ text: grub }, { text: /\*Install .*Advanced options/s }];
/** Both releases get Debian 13's GRUB: Debian 12's own finds its menu only where we lease (image/efi-loaders.ts). */
const menu = (): Proof[] => menuOf(/GNU GRUB +version \S+deb13u/);
const ownMenu = (): Proof[] => menuOf(/GNU GRUB +version \S+deb12u/);
const kernel = (image: Image): Proof[] => [{ seen: "kernel-started", subject: KERNEL[image] }];
const PROMPT = /grub> /;

const HTTP_LOADS = [
  ["http.ended", "bootnetx64.efi"],
  ["http.ended", "grubx64.efi"],
] as const;
const SHIM = ["tftp.ended", "bootnetx64.efi"] as const;

export const BOOTS: Readonly<Record<FirmwareId, Boot>> = {
  "bios-ipxe": {
    ...{ add: ["--firmware", "bios"], armed: true, withinMs: 240_000 },
    ...{ until: kernel, shows: "menu by HTTP, kernel" },
    loads: [
      ["http.ended", "menu.ipxe"],
      ["http.ended", "initrd.gz"],
    ],
  },
  uefi: {
    ...{ add: ["--firmware", "uefi"], armed: false, withinMs: 240_000 },
    ...{ until: menu, lost: PROMPT, shows: "GRUB's menu" },
    loads: [SHIM, ["tftp.ended", "grubx64.efi"]],
  },
  "uefi-secure": {
    ...{ add: ["--firmware", "uefi"], armed: true, withinMs: 300_000 },
    ...{ lost: PROMPT, shows: 'GRUB\'s menu, kernel: "Secure boot enabled"' },
    until: (image) => [
      ...menu(),
      ...kernel(image),
      { text: /Secure boot enabled|locked down from EFI Secure Boot/ },
    ],
    loads: [SHIM, ["tftp.ended", "grubx64.efi"]],
  },
  "uefi-pxe6": {
    ...{ add: ["--firmware", "uefi"], armed: false, withinMs: 90_000 },
    ...{ until: menu, lost: PROMPT, shows: "GRUB's menu" },
    loads: [SHIM, ["tftp.ended", "grubx64.efi"], ["tftp.ended", "grub.cfg"]],
  },
  "uefi-http": {
    ...{ add: ["--firmware", "uefi"], armed: true, withinMs: 240_000 },
    ...{ until: (image) => [...menu(), ...kernel(image)], lost: PROMPT, shows: "GRUB's menu, kernel" },
    loads: HTTP_LOADS,
  },
  "uefi-http6": {
    ...{ add: ["--firmware", "uefi"], armed: true, withinMs: 240_000 },
    ...{ until: (image) => [...menu(), ...kernel(image)], lost: PROMPT, shows: "GRUB's menu, kernel" },
    loads: HTTP_LOADS,
  },
  "bios-chain": {
    ...{ add: ["--firmware", "bios", "--loader", "ipxe"], armed: false, withinMs: 240_000 },
    until: () => [{ seen: "debian-boot-menu" }], // which says no release, and its files come slowly by UNDI
    ...{ shows: "iPXE, its menu by HTTP", images: ["debian-12"] },
    loads: [
      ["tftp.ended", "undionly.kpxe"],
      ["http.ended", "menu.ipxe"],
    ],
  },
  "uefi-chain": {
    ...{ add: ["--firmware", "uefi", "--loader", "ipxe"], armed: true, withinMs: 240_000 },
    ...{ until: kernel, shows: "iPXE, its menu by HTTP, kernel" },
    loads: [
      ["tftp.ended", "snponly.efi"],
      ["http.ended", "menu.ipxe"],
      ["http.ended", "initrd.gz"],
    ],
  },
  "uefi-secure-chain": {
    ...{ add: ["--firmware", "uefi", "--loader", "ipxe"], armed: true, withinMs: 240_000 },
    until: () => [{ text: /Access Denied/ }],
    shows: '"Access Denied"',
    loads: [["tftp.ended", "snponly.efi"]],
    never: /iPXE initialising devices/,
  },
  "uefi-ia32": {
    ...{ add: ["--firmware", "uefi"], armed: false, withinMs: 240_000 },
    ...{ until: ownMenu, shows: "GRUB's menu", images: ["debian-12"] }, // Debian 13 has no i386 installer
    loads: [
      ["tftp.ended", "bootnetia32.efi"],
      ["tftp.ended", "grubia32.efi"],
    ],
  },
  "uefi-arm64": {
    ...{ add: ["--firmware", "uefi"], serial: "ttyAMA0,115200n8", armed: false, withinMs: 300_000 },
    ...{ until: ownMenu, shows: "GRUB's menu", images: ["debian-12"] }, // this Debian has no package of 13's
    loads: [
      ["tftp.ended", "bootnetaa64.efi"],
      ["tftp.ended", "grubaa64.efi"],
    ],
  },
};

/** Where the live hand is booted, how its loader gets it, and what of it must be seen besides. */
const LIVE: Readonly<Partial<Record<FirmwareId, { by: EventKind; until?: readonly Proof[] }>>> = {
  "bios-ipxe": { by: "http.ended" },
  uefi: { by: "tftp.ended" },
  "uefi-secure": {
    by: "tftp.ended",
    until: [{ text: /Secure boot enabled|locked down from EFI Secure Boot/ }],
  },
};
const LIVE_BOOT = { armed: true, lost: /the live system cannot be laid out/, withinMs: 600_000 } as const;

/** What a cell's boot is for. */
export function bootOf({
  firmware,
  image,
}: Cell): Omit<Boot, "until"> & { readonly until: readonly Proof[] } {
  const boot = BOOTS[firmware];
  if (image !== "live") return { ...boot, until: boot.until(image) };
  const { by, until = [] } = LIVE[firmware]!;
  const loads = [[by, "initrd"], ["hand.seen"], ["hand.errand"]] as const;
  return { ...boot, ...LIVE_BOOT, loads, until: [...until, { text: /@section nic / }] };
}

const hasIpv6 = (row: object): boolean => "ipv6" in row;
/** Where a firmware is not booted, and why. */
const OTHERS = "the answers are those of OVMF PXEv4, which is booted there";
const NO_ROM = "QEMU has no BIOS ROM but iPXE, which only a relay of the tests' own can hide";
const ONCE = "what a firmware refuses is told by no network: once is enough";
const NOT_BOOTED: Readonly<Partial<Record<FirmwareId, Partial<Record<PlaceId, string>>>>> = {
  "bios-chain": { own: NO_ROM, dnsmasq: NO_ROM, kea: NO_ROM, relay: NO_ROM },
  "uefi-secure-chain": { dnsmasq: ONCE, kea: ONCE, relay: ONCE },
  "uefi-ia32": { dnsmasq: OTHERS, kea: OTHERS, relay: OTHERS },
  "uefi-arm64": { dnsmasq: OTHERS, kea: OTHERS, relay: OTHERS },
};

/** Why there is no such cell; "" where nobody would look for one. */
export function notBooted(firmware: FirmwareId, place: PlaceId): string | undefined {
  if (hasIpv6(PLACES[place]) !== hasIpv6(FIRMWARES[firmware])) return "";
  if (place === "disguised" && firmware !== "bios-chain") return "";
  return NOT_BOOTED[firmware]?.[place];
}

export function allCells(): Cell[] {
  const firmwares = Object.keys(FIRMWARES) as FirmwareId[];
  return firmwares.flatMap((firmware) =>
    (Object.keys(PLACES) as PlaceId[])
      .filter((place) => notBooted(firmware, place) === undefined)
      .flatMap((place) =>
        imagesOf(firmware, place).map((image) => ({
          id: `${firmware}/${place}/${COLUMNS[image]}`,
          ...{ firmware, place, image },
        })),
      ),
  );
}

const imagesOf = (firmware: FirmwareId, place: PlaceId): readonly Booted[] => [
  ...(BOOTS[firmware].images ?? (Object.keys(RELEASES) as Image[])),
  ...(place === "own" && LIVE[firmware] !== undefined ? (["live"] as const) : []),
];
