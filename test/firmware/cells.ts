import { FIRMWARES, type FirmwareId } from "./firmwares.ts";
import { PLACES, type PlaceId } from "./places.ts";
import type { Proof } from "./watching.ts";

export const RELEASES = { "debian-12": "12", "debian-13": "13" } as const;
export type Image = keyof typeof RELEASES;

/** One boot: which firmware, where, and what of it. */
export type Cell = {
  readonly id: string; // "uefi/kea/12"
  readonly firmware: FirmwareId;
  readonly place: PlaceId;
  readonly image: Image;
};

/** What one firmware's boots are for. */
type Boot = {
  /** How the machine is put on record. */
  readonly add: readonly string[];
  /** Armed: it goes on to the installer's kernel by itself; else its menu waits. */
  readonly armed: boolean;
  readonly until: (image: Image) => readonly Proof[];
  readonly shows: string; // in the table of results
  /** Files that the timeline must have besides, in order, and how they went. */
  readonly loads: readonly (readonly ["tftp.ended" | "http.ended", file: string])[];
  readonly withinMs: number;
};

const KERNEL = { "debian-12": /^6\.1\.\d+-\d+-amd64/, "debian-13": /\+deb13-amd64/ };
const menu = (): Proof[] => [{ text: /\*Install .*Advanced options/s }];
const kernel = (image: Image): Proof[] => [{ seen: "kernel-started", subject: KERNEL[image] }];

const SHIM = ["tftp.ended", "bootnetx64.efi"] as const;

export const BOOTS: Readonly<Record<FirmwareId, Boot>> = {
  "bios-ipxe": {
    ...{ add: ["--firmware", "bios"], armed: true, withinMs: 120_000 },
    ...{ until: kernel, shows: "menu by HTTP, kernel" },
    loads: [
      ["http.ended", "menu.ipxe"],
      ["http.ended", "initrd.gz"],
    ],
  },
  uefi: {
    ...{ add: ["--firmware", "uefi"], armed: false, withinMs: 60_000 },
    ...{ until: menu, shows: "GRUB's menu" },
    loads: [SHIM, ["tftp.ended", "grubx64.efi"]],
  },
  "uefi-secure": {
    ...{ add: ["--firmware", "uefi"], armed: true, withinMs: 300_000 },
    until: (image) => [
      ...menu(),
      ...kernel(image),
      { text: /Secure boot enabled|locked down from EFI Secure Boot/ },
    ],
    shows: 'GRUB\'s menu, kernel: "Secure boot enabled"',
    loads: [SHIM, ["tftp.ended", "grubx64.efi"], ["tftp.ended", "initrd.gz"]],
  },
  "uefi-pxe6": {
    ...{ add: ["--firmware", "uefi"], armed: false, withinMs: 90_000 },
    ...{ until: menu, shows: "GRUB's menu" },
    loads: [SHIM, ["tftp.ended", "grubx64.efi"], ["tftp.ended", "grub.cfg"]],
  },
  "uefi-http": {
    ...{ add: ["--firmware", "uefi"], armed: false, withinMs: 60_000 },
    ...{ until: menu, shows: "GRUB's menu" },
    loads: [
      ["http.ended", "bootnetx64.efi"],
      ["http.ended", "grubx64.efi"],
    ],
  },
};

const PLACE_IDS = Object.keys(PLACES) as PlaceId[];
const hasIpv6 = (row: object): boolean => "ipv6" in row;

export function allCells(): Cell[] {
  const firmwares = Object.keys(FIRMWARES) as FirmwareId[];
  const places = (firmware: FirmwareId) =>
    PLACE_IDS.filter((id) => hasIpv6(PLACES[id]) === hasIpv6(FIRMWARES[firmware]));
  return firmwares.flatMap((firmware) =>
    places(firmware).flatMap((place) =>
      (Object.keys(RELEASES) as Image[]).map((image) => ({
        id: `${firmware}/${place}/${RELEASES[image]}`,
        ...{ firmware, place, image },
      })),
    ),
  );
}
