import { compareVersions } from "./debian-version.ts";
import type { Finding } from "./finding.ts";

/** GRUB as a tree has it for UEFI. */
export type Grub = { readonly of: string; readonly version: string | undefined };

/**
 * The first GRUB that finds its menu where it was loaded from. Before it, GRUB looks at the server of the
 * lease alone (grub_efi_net_config_real in net/drivers/efi/efinet.c takes the firmware's DHCP ACK and nothing
 * else), and does not know HTTP Boot. Measured: 2.06-13+deb12u2 and 2.12-9+deb13u2 in test/firmware/cells.ts.
 */
const FINDS_ITS_MENU = "2.12";
const NEWEST = "`rackhand image pull debian-13`";

export const findsItsMenu = ({ version }: Grub): boolean =>
  version !== undefined && compareVersions(version, FINDS_ITS_MENU) >= 0;

/** Whether a UEFI machine gets to the image's menu on every network; `served` is the GRUB that it gets. */
export function judgeLoaders(own: Grub, served: Grub): Finding {
  const id = "loaders";
  if (served.version === undefined) {
    const says = "Its GRUB does not say which version it is: beside another server it may not find its menu.";
    return { id, is: "unknown", says };
  }
  const gets = `UEFI gets GRUB ${served.version}`;
  if (findsItsMenu(served)) {
    const whose = served.of === own.of ? "of this image" : `of ${served.of}, in place of its own`;
    return { id, is: "pass", says: `${gets}, ${whose}: it finds its menu where it was loaded from.` };
  }
  const says =
    `${gets}, which looks for its menu at the server that leased the address: beside another DHCP server, ` +
    "and by UEFI HTTP Boot, a machine stops at the prompt grub>.";
  const remedy = `${NEWEST} brings a GRUB, signed by Debian too, that is served for this image as well.`;
  return { id, is: "warn", says, remedy };
}
