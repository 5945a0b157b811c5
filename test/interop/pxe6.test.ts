import { existsSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { type BootNet, isRoot, openBootNet } from "./boot-net.ts";
import { bridge, guest, missingForGuests } from "./guest.ts";
import { layRouter6, RADVD } from "./router6.ts";

const IMAGE = "/usr/lib/debian-installer/images/12/amd64/text";
const missing = [...missingForGuests, ...[RADVD, IMAGE].filter((file) => !existsSync(file))];
const able = isRoot && missing.length === 0;
const pxeTest = test.skipIf(!able);
const excuse = able ? "" : ` (skipped: needs root and ${missing.join(", ") || "nothing else"})`;
const FIRMWARE_WITHIN_MS = 150_000; // OVMF under emulation, on a busy machine

let net: BootNet | undefined;
afterEach(async () => {
  await net?.close();
  net = undefined;
}, 60_000);

/** OVMF with PXEv6 alone, Debian's own tree, and a router that is not ours. */
async function boots(ipv6: "boot" | "lease"): Promise<BootNet> {
  const opened = await openBootNet("proxy", ipv6, IMAGE);
  net = opened;
  await bridge(opened, "10.9.0.2/24");
  await layRouter6(opened, ipv6 === "lease");
  await opened.seen("ra.heard", "is an IPv6 router on s0");
  await guest(opened, "uefi-pxe6");
  return opened;
}

const MAC = "52:54:00:aa:bb:01";

pxeTest.each([
  ["hosts make their own addresses", "boot", "2001:db8:9:0:5054:ff:feaa:bb01"],
  ["DHCPv6 leases", "lease", "2001:db8:9::100"],
] as const)(
  `OVMF boots by PXEv6 where %s, through shim to GRUB's menu${excuse}`,
  async (_, mode, address) => {
    const wire = await boots(mode);

    const menu = await wire.seen(
      "tftp.ended",
      "loaded debian-installer/amd64/grub/grub.cfg",
      FIRMWARE_WITHIN_MS,
    );

    expect(menu).toMatchObject({ mac: MAC, detail: { address } });
    const loads = `loads tftp://[2001:db8:9::1]/debian-installer/amd64/bootnetx64.efi`;
    await wire.seen("dhcp.answered", `has ${address} and ${loads}`);
    // the firmware waits for this answer before the loader runs
    await wire.seen("dhcp.answered", "was told: the address is given back");
  },
  FIRMWARE_WITHIN_MS * 1.5,
);
