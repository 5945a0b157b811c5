import type { MachineState } from "../../api/shapes.ts";
import type { Observed } from "../../base/event.ts";
import type { SightingId } from "../../console/core/sightings.ts";

export const UNKNOWN: MachineState = { word: "unknown", since: null, waits: null };

/** What each sighting says about its machine: the state's word, and what the machine waits for. */
const BY_SIGHTING: Record<SightingId, (subject: string) => Pick<MachineState, "word" | "waits">> = {
  "pxe-rom": () => ({ word: "network boot", waits: "an answer to DHCP" }),
  pxelinux: () => ({ word: "network boot", waits: "its boot menu" }),
  "debian-boot-menu": () => ({ word: "boot menu", waits: "a choice in the menu" }),
  "grub-menu": () => ({ word: "boot menu", waits: "a choice in the menu" }),
  "kernel-started": () => ({ word: "kernel", waits: "its first program" }),
  "installer-dialog": (title) => ({ word: "installer", waits: `an answer to "${title}"` }),
  "installer-error": (title) => ({ word: "installer error", waits: `a person: "${title}"` }),
  "login-prompt": () => ({ word: "up", waits: null }),
  "kernel-panic": () => ({ word: "panic", waits: "a person: read the console, then reset" }),
  "kernel-oops": () => ({ word: "kernel fault", waits: "a person: read the console" }),
  "soft-lockup": () => ({ word: "kernel fault", waits: "a person: read the console, then reset" }),
  "rcu-stall": () => ({ word: "kernel fault", waits: "a person: read the console" }),
  "hung-task": () => ({ word: "kernel fault", waits: "a person: look at its disks" }),
  "fsck-prompt": (what) => ({ word: "file system check", waits: `a person: "${what}"` }),
  "initramfs-shell": () => ({ word: "no root file system", waits: "a person at its initramfs shell" }),
  "emergency-mode": (mode) => ({ word: mode, waits: "a person at its console" }),
  stall: (stage) => ({ word: "silent", waits: `a person: nothing was said after ${stage}` }),
  "no-boot-device": () => ({ word: "no boot device", waits: "a boot plan" }),
  "ipxe-error": () => ({ word: "network boot failed", waits: "a person: read the console" }),
  "firmware-setup": () => ({ word: "firmware setup", waits: "a person at the keyboard" }),
};

/** The state after one more event; events that say nothing about it leave it alone. */
export function advance(now: MachineState, event: Observed): MachineState {
  const next = wordOf(event);
  if (next === undefined) return now;
  return next.word === now.word && next.waits === now.waits ? now : { ...next, since: event.at };
}

function wordOf({ kind, detail = {} }: Observed): Pick<MachineState, "word" | "waits"> | undefined {
  if (kind === "power.state" && detail.power === "off") return { word: "off", waits: null };
  if (kind === "power.acted" && detail.act !== "off" && !`${detail.act}`.startsWith("soft")) {
    return { word: "starting", waits: "its firmware" };
  }
  if (kind === "dhcp.answered" && detail.netboot === true)
    return { word: "network boot", waits: "its boot files" };
  if (kind !== "console.sighting") return undefined;
  return BY_SIGHTING[detail.sighting as SightingId]?.(String(detail.subject));
}
