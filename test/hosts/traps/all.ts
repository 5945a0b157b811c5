import type { Row } from "../cells.ts";
import { SERIAL_CONSOLE } from "./console.ts";
import { IPV6_RA_FORWARDING } from "./ipv6-ra-forwarding.ts";
import { JOURNAL_READABLE } from "./journal-readable.ts";
import { NET_NAMES, RESOLV_CONF } from "./names.ts";
import { APT_KEYS, BOOT_ROOM, DPKG_FINISHED, FSTAB_NOFAIL } from "./packages.ts";

export const TRAPS: Readonly<Record<string, readonly Row[]>> = {
  "journal-readable": JOURNAL_READABLE,
  "ipv6-ra-forwarding": IPV6_RA_FORWARDING,
  "resolv-conf": RESOLV_CONF,
  "serial-console": SERIAL_CONSOLE,
  "net-names": NET_NAMES,
  "fstab-nofail": FSTAB_NOFAIL,
  "apt-keys": APT_KEYS,
  "dpkg-finished": DPKG_FINISHED,
  "boot-room": BOOT_ROOM,
};

/** What no container can show of a rule, and what shows it instead. */
export const ELSEWHERE: Readonly<Record<string, string>> = {};
