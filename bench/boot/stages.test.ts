import { expect, test } from "vitest";
import { type Marks, noteDnsmasq, noteEvent, notePxelinux } from "./stages.ts";

test("Rackhand's timeline gives every stage; a transfer is asked for when it began", () => {
  const marks: Marks = {};
  const events = [
    { kind: "dhcp.heard", at: 1000 },
    { kind: "dhcp.heard", at: 2000 },
    { kind: "console.sighting", at: 2500, detail: { sighting: "debian-boot-menu" } },
    ...loaded("debian-installer/amd64/linux", { at: 3500, ms: 100 }),
    ...loaded("debian-installer/amd64/initrd.gz", { at: 4000, ms: 400 }),
    { kind: "console.sighting", at: 7000, detail: { sighting: "kernel-started" } },
  ] as const;

  for (const event of events) noteEvent(marks, event);

  expect(marks).toEqual({
    ...{ firstDhcp: 1000, menu: 2500, kernelAsked: 3400 },
    ...{ initrdAsked: 3600, initrdLoaded: 4000, linuxVersion: 7000 },
  });
});

test("a transfer that was broken off is no stage", () => {
  const marks: Marks = {};
  const detail = { file: "debian-installer/amd64/initrd.gz", ms: 40, outcome: "broken off" };

  noteEvent(marks, { kind: "http.ended", at: 4000, detail });

  expect(marks).toEqual({});
});

test("dnsmasq's first packet is heard before it pings the address that it will offer", () => {
  const marks: Marks = {};
  const said = [
    "dnsmasq-dhcp: 3711927045 available DHCP range: 10.77.0.100 -- 10.77.0.199",
    "dnsmasq-dhcp: 3711927045 DHCPDISCOVER(rack0) 52:54:00:7a:00:01",
    "dnsmasq-tftp: sent /srv/tftp/debian-installer/amd64/linux to 10.77.0.145",
    "dnsmasq-tftp: sent /srv/tftp/debian-installer/amd64/initrd.gz to 10.77.0.145",
  ];

  for (const [at, line] of said.entries()) noteDnsmasq(marks, line, at);

  expect(marks).toEqual({ firstDhcp: 0, initrdLoaded: 3 });
});

test("PXELINUX's own words tell what it begins to load, however they are drawn", () => {
  const marks: Marks = {};
  const drawn =
    "boot or TAB to edit a menu entry\x1b[24;01H\x1b[0mLoading debian-\x1b[24;17Hinstaller/amd64/linux...";

  notePxelinux(marks, "Automatic boot in \x1b[0;1m1\x1b[0m second...", 1);
  notePxelinux(marks, drawn, 2);
  notePxelinux(marks, `${drawn} ok\r\nLoading debian-installer/amd64/initrd.gz..`, 3);

  expect(marks).toEqual({ kernelAsked: 2, initrdAsked: 3 });
});

const loaded = (file: string, { at, ms }: { at: number; ms: number }) =>
  [{ kind: "http.ended", at, detail: { file, ms, outcome: "whole" } }] as const;
