import type { Firmware } from "../dhcp/architectures.ts";
import type { Request } from "../dhcp/request.ts";
import type { WayId } from "./ways.ts";

/** What a client must look like; what is not named may be anything. */
export type Fingerprint = {
  readonly asker: "ipxe" | "rom" | "http";
  readonly firmware?: readonly Firmware[];
  readonly macs?: readonly string[]; // beginnings, such as the three bytes of a maker: "0c:c4:7a"
  readonly vendorClass?: string; // how option 60 begins
  readonly asksFor?: readonly number[]; // how option 55 begins
};

/** What was seen of one kind of firmware, and the ways to answer it, the best first. */
export type Quirk = {
  readonly id: string;
  readonly saw: string;
  readonly when: Fingerprint;
  readonly ways: {
    readonly dhcp: readonly [WayId, ...WayId[]];
    readonly proxy: readonly [WayId, ...WayId[]];
  };
  /** Files of ours that show it; without any, why there are none. */
  readonly proof: readonly string[] | { readonly none: string };
};

const EDK2_ASKS = [1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 18, 22, 23, 28, 40, 41, 42, 43, 50, 51, 54, 58, 59, 60];

/** The first row that fits counts; the last ones fit whole classes. Printed as docs/quirks.md. */
export const QUIRKS: readonly Quirk[] = [
  {
    id: "ipxe",
    saw:
      "iPXE takes siaddr and file from a lease or from a proxy's offer with option 43, and does not ask " +
      "port 4011 then. A URL in the file is fetched as it stands.",
    when: { asker: "ipxe" },
    ways: { dhcp: ["fields", "bypass"], proxy: ["bypass", "file-and-4011", "ask-4011"] },
    proof: [
      "captures/dhcp/ipxe-bios-e1000-discover.hex",
      "captures/dhcp/ipxe-bios-virtio-discover.hex",
      "test/interop/proxy.test.ts",
    ],
  },
  {
    id: "uefi-http",
    saw:
      "UEFI HTTP Boot takes a URL in 67 from an offer with HTTPClient in option 60, of a lease or of a " +
      "proxy; it sends HEAD, then GET.",
    when: { asker: "http" },
    ways: { dhcp: ["url", "url-in-file"], proxy: ["url", "url-in-file"] },
    proof: ["captures/dhcp/ovmf-http-discover.hex", "test/interop/proxy.test.ts"],
  },
  {
    id: "edk2",
    saw:
      "PXEClient in option 60 without option 43 sends EDK2 to port 4011, even when the offer names a file; " +
      "discovery control 8 in option 43 keeps it from there. Without option 60 it takes the file.",
    when: { asker: "rom", firmware: ["uefi-ia32", "uefi-x64", "uefi-arm64"], asksFor: EDK2_ASKS },
    ways: {
      dhcp: ["fields", "bypass", "file-and-4011"],
      proxy: ["bypass", "file-and-4011", "ask-4011"],
    },
    proof: ["captures/dhcp/ovmf-discover.hex", "captures/dhcp/ovmf-4011.hex", "test/interop/proxy.test.ts"],
  },
  {
    id: "uefi",
    saw:
      "Makers' builds of UEFI differ in what they think of option 43, so port 4011 comes first where " +
      "another server leases.",
    when: { asker: "rom", firmware: ["uefi-ia32", "uefi-x64", "uefi-arm64"] },
    ways: {
      dhcp: ["fields", "bypass", "file-and-4011"],
      proxy: ["file-and-4011", "bypass", "ask-4011"],
    },
    proof: { none: "reported by others (danderson/pixiecore, dnsmasq); no such firmware was recorded yet" },
  },
  {
    id: "bios",
    saw: "BIOS ROMs take siaddr and file; some expect option 43 beside PXEClient in option 60.",
    when: { asker: "rom", firmware: ["bios"] },
    ways: { dhcp: ["fields", "bypass", "file-and-4011"], proxy: ["bypass", "file-and-4011", "ask-4011"] },
    proof: { none: "no BIOS ROM but iPXE was recorded yet" },
  },
];

/** None fits a client that does not netboot, or that we have no loader for. */
export function quirkFor(request: Request, own: readonly Quirk[] = []): Quirk | undefined {
  return [...own, ...QUIRKS].find(({ when }) => fits(when, request));
}

function fits(when: Fingerprint, { asker, mac, packet }: Request): boolean {
  if (asker.is !== when.asker) return false;
  const { vendorClass = "", askedFor = new Uint8Array() } = packet.options.known;
  if (when.firmware && !(asker.firmware && when.firmware.includes(asker.firmware))) return false;
  if (when.macs && !when.macs.some((start) => mac.startsWith(start))) return false;
  if (when.vendorClass && !vendorClass.startsWith(when.vendorClass)) return false;
  return (when.asksFor ?? []).every((code, at) => askedFor[at] === code);
}
