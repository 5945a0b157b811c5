import type { AlertName } from "../../base/alert.ts";
import { checksPageOf, type EventKind, pageOf } from "../../base/event.ts";

/** An event as it is kept: the one place in the order of all is its number. */
export type Seen = {
  readonly id: number;
  readonly at: number;
  readonly kind: EventKind;
  readonly machine: string | null;
  readonly mac: string | null;
  readonly says: string;
  readonly detail: Readonly<Record<string, unknown>>;
};

const sighting =
  (...names: string[]) =>
  ({ kind, detail }: Seen) =>
    kind === "console.sighting" && names.includes(String(detail.sighting));
const kind =
  (wanted: EventKind) =>
  ({ kind: is }: Seen) =>
    is === wanted;

/** What people are paged for. The settings name these, the first that fits an event is its name. */
export const ALERTS = {
  "boot.failed": {
    says: "firmware or iPXE gave up, or the system stands in its initramfs, emergency mode or a file system check",
    fits: sighting("ipxe-error", "no-boot-device", "initramfs-shell", "fsck-prompt", "emergency-mode"),
  },
  "sighting.own": {
    says: "a sighting of the settings' own",
    fits: ({ kind: is, detail }: Seen) =>
      is === "console.sighting" && `${detail.sighting}`.startsWith("own:"),
  },
  "console.silent": {
    says: "nothing was said for minutes where a machine on its way up should speak",
    fits: sighting("stall"),
  },
  "kernel.fault": {
    says: "an oops, a stuck processor or a hung task on a console",
    fits: sighting("kernel-oops", "soft-lockup", "rcu-stall", "hung-task"),
  },
  "install.stuck": { says: "the installer shows an error and waits", fits: sighting("installer-error") },
  "install.failed": { says: "an install ended without a login prompt", fits: kind("install.failed") },
  "install.done": { says: "the installed system's login prompt was seen", fits: kind("install.done") },
  "panic.seen": { says: "a kernel panic on a console", fits: sighting("kernel-panic") },
  "console.lost": { says: "Serial-over-LAN went away", fits: kind("console.lost") },
  "skew.found": {
    says: "an image fails its check, such as by kernel skew: by the service's own, or as a machine is armed",
    fits: ({ kind: is, detail }: Seen) =>
      is === "image.failed" || (is === "image.checked" && detail.overall === "fail"),
  },
  "skew.over": { says: "an image that failed its check passes it again", fits: kind("image.passed") },
  "check.failed": {
    says: "a scheduled check found a failure on a host, new and not acknowledged",
    fits: kind("check.failed"),
  },
  "check.passed": { says: "a failure that a check had found is over", fits: kind("check.passed") },
  "story.failed": {
    says: "other long work on a machine ended without its goal",
    fits: ({ kind: is }: Seen) => is.endsWith(".failed") && is !== "install.failed",
  },
  "dhcp.other-server": {
    says: "a DHCP server that should not answer on a segment, or one that should does not",
    fits: ({ kind: is, detail }: Seen) => is === "dhcp.other-server" && typeof detail.finding === "string",
  },
  fault: { says: "something else that the operator can act on", fits: kind("fault") },
} as const satisfies Record<AlertName, { says: string; fits: (event: Seen) => boolean }>;

export function alertOf(event: Seen): AlertName | undefined {
  const found = Object.entries(ALERTS).find(([, { fits }]) => fits(event));
  return found?.[0] as AlertName | undefined;
}

/** What is sent: the same bytes for the same event, whoever sends it and however often. */
export function bodyOf(name: AlertName | "test", { id, at, machine, mac, says, detail }: Seen): string {
  const page = machine !== null ? pageOf(machine, id) : hostPage(name, detail);
  const when = new Date(at).toISOString();
  return JSON.stringify({ id: deliveryId(id), event: name, at: when, machine, mac, says, page, detail });
}

const hostPage = (name: string, { host }: Seen["detail"]): string | null =>
  name.startsWith("check.") && typeof host === "string" ? checksPageOf(host) : null;

export const deliveryId = (event: number): string => `event-${event}`;

const SECOND = 1000;
/** 5 s, 10 s, 20 s, ... at most a quarter of an hour. */
export const restAfter = (tries: number): number =>
  Math.min(15 * 60 * SECOND, 5 * SECOND * 2 ** Math.max(0, tries - 1));
/** From the first try on: what was not taken within a day is told as failed. */
export const GIVE_UP_MS = 24 * 3_600 * SECOND;
