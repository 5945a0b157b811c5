import type { Bootable } from "../segment.ts";
import { type Firmware, IPXE_LOADERS, LOADERS } from "./architectures.ts";
import type { Asker } from "./client.ts";

/** A file, and by which protocol it is fetched; how that is said differs between DHCPv4 and DHCPv6. */
export type ToLoad = { readonly by: "tftp" | "http"; readonly path: string };

/** iPXE's menu is a script that starts kernels for x86. */
const HAS_MENU: readonly Firmware[] = ["bios", "uefi-x64"];

/**
 * What a client is to load. iPXE that was loaded asks again, as iPXE, and gets its menu then: nobody loads
 * iPXE twice.
 */
export function toLoad(asker: Asker, loader: Bootable["loader"]): ToLoad | undefined {
  if (asker.is === "plain" || asker.is === "unserved") return undefined;
  const firmware = asker.firmware ?? "bios";
  const staysIpxe = HAS_MENU.includes(firmware) && !(loader === "pxelinux" && firmware === "bios");
  if (asker.is === "ipxe" && staysIpxe) return { by: "http", path: "menu.ipxe" };
  const chained = asker.is !== "ipxe" && loader === "ipxe" ? IPXE_LOADERS[firmware] : undefined;
  return { by: asker.is === "http" ? "http" : "tftp", path: chained ?? LOADERS[firmware] };
}
