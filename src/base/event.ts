import type { Mac } from "./mac.ts";

/** What kinds of things are observed; the word before the dot is the room that saw it. */
export const EVENT_KINDS = {
  "dhcp.heard": "a machine asked for an address or for boot data",
  "dhcp.answered": "we answered it",
  "dhcp.silent": "we did not answer, and why",
  "dhcp.way": "a machine got on by this way of answering it, for the first time or the first in a day",
  "dhcp.flaw": "a packet that cannot be read",
  "dhcp.other-server": "another DHCP server answers on the segment",
  "dhcp.in-use": "somebody answers at an address that was to be leased",
  "dhcp.flood": "more packets came than are told one by one, and how many",
  "ra.heard": "an IPv6 router advertises itself",
  "ra.answered": "a router solicitation was answered",
  "tftp.began": "a transfer began",
  "tftp.ended": "a transfer ended, and how",
  "tftp.refused": "a file was refused, and why",
  "http.ended": "an HTTP transfer ended, and how",
  "http.refused": "an HTTP request was refused, and why",
  "mirror.served": "a machine loaded files through the mirror",
  "mirror.refused": "the mirror refused a request, and why",
  "mirror.upstream": "a mirror outside went away or came back",
  "mirror.stale": "a file was given as it is kept, because it could not be asked for anew",
  "mirror.unkept": "a file was fetched and not kept, and why",
  "machine.set": "a person put the machine on record, changed it or took it off",
  "plan.armed": "a person armed a boot plan",
  "plan.used": "the machine took its boot plan; it is used up",
  "private.served": "a machine was given what is private to its boot",
  "private.refused": "somebody asked for what is private to a boot, and did not get it",
  "image.checked": "what the last check of the image says that a machine is armed with",
  "image.failed": "the service's own check of an image fails, where it did not before",
  "image.passed": "an image passes its check again",
  "power.asked": "a person asked for an act of power",
  "power.acted": "the BMC was told to change the power",
  "power.state": "the power state that the BMC reports",
  "bmc.set": "a person changed how the BMC is reached, or its password",
  "bmc.media": "a disc was put into the BMC's virtual drive, or taken out",
  "boot-device.asked": "a person asked for another boot device, or for a disc in the virtual drive",
  "boot-device.set": "the boot device was set and read back",
  "console.attached": "Serial-over-LAN is up, the recording runs",
  "console.lost": "Serial-over-LAN went away, and why",
  "console.recorded": "the console is recorded again, after the disk took no more",
  "console.writer": "somebody took or left the keyboard",
  "console.sighting": "something was recognised on the console",
  "hand.seen": "the live hand of a machine said hello",
  "hand.errand": "it was given an errand",
  "hand.progress": "how far its errand is",
  "hand.done": "its errand ended, and with which code",
  "hand.inventory": "what it found in its machine",
  "rescue.asked": "a person asked for the live hand with ssh for their key",
  "rescue.open": "the live hand lets them in, at which address and by which host key",
  "rescue.failed": "a rescue ended without it, and why",
  "rescue.ended": "a person ended a rescue",
  "wipe.asked": "a person asked that disks be erased",
  "wipe.begun": "which disks of it are erased now",
  "wipe.done": "its disks are erased, by what, and what reading back showed",
  "wipe.failed": "a wipe ended before that, and why",
  "wipe.cancelled": "a person ended a wipe",
  "install.asked": "a person asked for an install",
  "install.planned": "what goes onto which of its disks",
  "install.key": "by which ssh host key the installed system is known",
  "machine.installed": "what an install put on its disks stands: from what, by which host key",
  "story.retried": "a person asked again for what had failed",
  "install.done": "the login prompt of the installed system was seen",
  "install.failed": "an install ended without it, and why",
  "install.cancelled": "a person ended an install",
  "check.failed": "a scheduled check found a failure that is new and that nobody acknowledged",
  "check.passed": "a scheduled check found that a failure is over",
  "agent.attached": "an agent connected",
  "agent.lost": "an agent went away",
  fault: "something the operator can act on",
} as const;
/** What people did and what came of it: the newest of each is kept however much else is told. */
export const LASTING_KINDS = [
  ...["machine.set", "plan.armed", "plan.used", "image.checked", "power.asked", "power.acted", "bmc.set"],
  ...["install.asked", "install.done", "install.failed", "install.cancelled", "machine.installed"],
  ...["wipe.asked", "wipe.done", "wipe.failed", "wipe.cancelled", "console.lost", "fault"],
  ...["check.failed", "check.passed", "image.failed", "image.passed"],
] as const;
export type EventKind = keyof typeof EVENT_KINDS;

/** One observation. `says` is a finished sentence for people; `detail` holds the same as fields for programs. */
export type Observed = {
  readonly kind: EventKind;
  readonly at: number; // milliseconds since 1970, by the observer's clock
  readonly machine?: string; // its name, when known
  readonly mac?: Mac;
  readonly says: string;
  readonly detail?: Readonly<Record<string, unknown>>;
};

/** Where the page shows one event of a machine's timeline. */
export const pageOf = (machine: string, id: number): string => `/machines/${machine}?event=${id}`;
/** And what is known of a host by its checks. */
export const checksPageOf = (host: string): string => `/checks/${encodeURIComponent(host)}`;
