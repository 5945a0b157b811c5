import type { Row } from "../cells.ts";
import { SERIAL_CONSOLE } from "./console.ts";
import { IPV6_RA_FORWARDING } from "./ipv6-ra-forwarding.ts";
import { JOURNAL_READABLE } from "./journal-readable.ts";
import { LDAP_REQCERT } from "./ldap-reqcert.ts";
import { NET_NAMES, RESOLV_CONF } from "./names.ts";
import { APT_KEYS, BOOT_ROOM, DPKG_FINISHED, FSTAB_NOFAIL } from "./packages.ts";

export const TRAPS: Readonly<Record<string, readonly Row[]>> = {
  "journal-readable": JOURNAL_READABLE,
  "ipv6-ra-forwarding": IPV6_RA_FORWARDING,
  "resolv-conf": RESOLV_CONF,
  "serial-console": SERIAL_CONSOLE,
  "net-names": NET_NAMES,
  "ldap-reqcert": LDAP_REQCERT,
  "fstab-nofail": FSTAB_NOFAIL,
  "apt-keys": APT_KEYS,
  "dpkg-finished": DPKG_FINISHED,
  "boot-room": BOOT_ROOM,
};

/** What no container can show of a rule, and what shows it instead. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  "kernel-stale": "the kernel is its host's; captures of Debian 13 under QEMU",
  "lvmcache-kernel": "device-mapper is its host's; captures of lvmcache on Debian 13 under QEMU",
  "dm-cache-integrity-window": "device-mapper is its host's; captures of lvmcache on Debian 13 under QEMU",
  "dm-cache-stuck-writeback": "device-mapper is its host's; captures of lvmcache on Debian 13 under QEMU",
  "disk-pending": "it has no disks; captures of disks under QEMU and of real ones",
  "bmc-defaults": "it has no BMC; captures of OpenIPMI's simulator under QEMU and of real BMCs",
  "grub-disk": "it has no disks and no boot loader; captures of Debian 13 under QEMU",
};
