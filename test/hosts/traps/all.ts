import type { Row } from "../cells.ts";
import { BMC_DEFAULTS, SERIAL_OVER_LAN } from "./bmc.ts";
import { CLOCK_KEPT, TMP_MEMORY } from "./clock-and-memory.ts";
import { SERIAL_CONSOLE } from "./console.ts";
import {
  DM_CACHE_INTEGRITY_WINDOW,
  DM_CACHE_STUCK_WRITEBACK,
  LVMCACHE_KERNEL,
  MD_DEGRADED,
  NETBOOT_ON_NFS,
} from "./disks.ts";
import { INIT, RSYNC_ZLIB } from "./init-and-rsync.ts";
import { IPV6_RA_FORWARDING } from "./ipv6-ra-forwarding.ts";
import { JOURNAL_READABLE } from "./journal-readable.ts";
import { LDAP_CLIENTS } from "./ldap-clients.ts";
import { LDAP_REQCERT } from "./ldap-reqcert.ts";
import { LDAP_TLS } from "./ldap-tls.ts";
import { DISK_PENDING, GRUB_DISK, KERNEL_STALE } from "./machine.ts";
import { NET_NAMES, RESOLV_CONF } from "./names.ts";
import { NETBOOT_SKEW } from "./netboot-skew.ts";
import { APT_KEYS, BOOT_ROOM, DPKG_FINISHED, FSTAB_NOFAIL } from "./packages.ts";
import { TOTP_SSH } from "./totp-ssh.ts";

export const TRAPS: Readonly<Record<string, readonly Row[]>> = {
  "journal-readable": JOURNAL_READABLE,
  "ipv6-ra-forwarding": IPV6_RA_FORWARDING,
  "resolv-conf": RESOLV_CONF,
  "serial-console": [...SERIAL_CONSOLE, ...SERIAL_OVER_LAN],
  "net-names": NET_NAMES,
  "ldap-reqcert": LDAP_REQCERT,
  "fstab-nofail": FSTAB_NOFAIL,
  "apt-keys": APT_KEYS,
  "dpkg-finished": DPKG_FINISHED,
  "boot-room": BOOT_ROOM,
  "tmp-memory": TMP_MEMORY,
  "clock-kept": CLOCK_KEPT,
  init: INIT,
  "rsync-zlib": RSYNC_ZLIB,
  "netboot-skew": [...NETBOOT_SKEW, ...NETBOOT_ON_NFS],
  "ldap-tls": [...LDAP_TLS, ...LDAP_CLIENTS],
  "totp-ssh": TOTP_SSH,
  "md-degraded": MD_DEGRADED,
  "lvmcache-kernel": LVMCACHE_KERNEL,
  "dm-cache-integrity-window": DM_CACHE_INTEGRITY_WINDOW,
  "dm-cache-stuck-writeback": DM_CACHE_STUCK_WRITEBACK,
  "kernel-stale": KERNEL_STALE,
  "grub-disk": GRUB_DISK,
  "disk-pending": DISK_PENDING,
  "bmc-defaults": BMC_DEFAULTS,
};

/** What no container can show of a rule, and what shows it instead. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  "dm-cache-integrity-window":
    "Debian has no kernel of 4.9 to 4.18 any more; what fails is a capture, its status line of the kernel's own report",
  "disk-pending": "QEMU's disks hold no sectors that cannot be read; captures of real ones",
  "bmc-defaults":
    "the guest's BMC, OpenIPMI's, has no vendor's commands, and its table leaves out suite 0, which opens it all the " +
    "same: cipher-0 is a capture of a real one, shared-port is made up from vendors' words",
};
