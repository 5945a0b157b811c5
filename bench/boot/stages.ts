import type { Observed } from "../../src/base/event.ts";

/** What a boot passes, in order. */
export const STAGES = {
  firstDhcp: "first DHCP packet",
  menu: "menu stands",
  kernelAsked: "kernel asked",
  initrdAsked: "initrd asked",
  initrdLoaded: "initrd loaded",
  linuxVersion: '"Linux version"',
} as const;
export type Stage = keyof typeof STAGES;
export const STAGE_NAMES = Object.keys(STAGES) as Stage[];

/** When a boot passed what, in milliseconds since 1970. */
export type Marks = Partial<Record<Stage | "powerOn", number>>;
type Seen = Pick<Observed, "kind" | "at" | "detail">;

/** The first time counts. */
export function mark(marks: Marks, stage: Stage | "powerOn", at: number): void {
  marks[stage] ??= at;
}

/** What the console shows; both sides' consoles are read by the same table of sightings. */
export function noteSighting(marks: Marks, { kind, at, detail = {} }: Seen): void {
  if (kind !== "console.sighting") return;
  if (detail.sighting === "debian-boot-menu") mark(marks, "menu", at);
  if (detail.sighting === "kernel-started") mark(marks, "linuxVersion", at);
}

/** What Rackhand's own timeline says besides. A transfer's event comes at its end and tells how long it took. */
export function noteEvent(marks: Marks, event: Seen): void {
  noteSighting(marks, event);
  const { kind, at, detail = {} } = event;
  if (kind === "dhcp.heard") mark(marks, "firstDhcp", at);
  if (kind !== "http.ended" || detail.outcome !== "whole") return;
  const askedAt = at - Number(detail.ms);
  const file = String(detail.file);
  if (file.endsWith("/linux")) mark(marks, "kernelAsked", askedAt);
  if (!file.endsWith("/initrd.gz")) return;
  mark(marks, "initrdAsked", askedAt);
  mark(marks, "initrdLoaded", at);
}

/**
 * One line of dnsmasq's log, at the moment it was read. A transfer's line comes at its end. That of a DISCOVER comes
 * after dnsmasq has pinged the address it means to offer, for up to 3 s; with --log-dhcp it says before that
 * which range it offers from.
 */
export function noteDnsmasq(marks: Marks, line: string, at: number): void {
  if (/ available DHCP range: /.test(line)) mark(marks, "firstDhcp", at);
  if (/ sent \S+\/initrd\.gz to /.test(line)) mark(marks, "initrdLoaded", at);
}

const ESCAPES = new RegExp(`${String.fromCharCode(27)}(\\[[0-9;?]*[A-Za-z]|.)`, "g");

/** What PXELINUX says on the console when it begins to load a file. */
export function notePxelinux(marks: Marks, drawn: string, at: number): void {
  const text = drawn.replace(ESCAPES, "");
  if (/Loading \S*\/linux\b/.test(text)) mark(marks, "kernelAsked", at);
  if (/Loading \S*\/initrd\.gz/.test(text)) mark(marks, "initrdAsked", at);
}
