import { expect, test } from "vitest";
import { passed, standing } from "./sightings.ts";
import { type Look, look as lookAt, WATCHMAN, type Watchman } from "./watchman.ts";

const DIALOG = [
  "  ┌───────────────────────┤ [!!] Select a language ├────────────────────────┐",
  "  │ Choose the language to be used for the installation process.            │",
];
const look = (now: Watchman, seen: Omit<Look, "at">) => lookAt(now, { ...seen, at: 0 });
const nothing = { passedLines: [""], screen: [] };

test.each([
  ["iPXE 1.0.0+git -- Open Source Network Boot Firmware -- https://ipxe.org", "pxe-rom"],
  ["Intel(R) Boot Agent GE v1.5.13", "pxe-rom"],
  ["PXELINUX 6.03 PXE 20150107 Copyright (C) 1994-2014 H. Peter Anvin et al", "pxelinux"],
  ["[    0.000000] Linux version 6.1.0-50-amd64 (debian-kernel@lists.debian.org)", "kernel-started"],
  ["[    2.1] Kernel panic - not syncing: VFS: Unable to mount root fs", "kernel-panic"],
  ["[    9.3] BUG: kernel NULL pointer dereference, address: 0000000000000008", "kernel-oops"],
  ["No bootable device.", "no-boot-device"],
  ["Nothing to boot: No such file or directory (https://ipxe.org/2d03e13b)", "no-boot-device"],
])("the line %j is a sighting: %s", (line, id) => {
  expect(passed([line])[0]?.id).toBe(id);
});

test.each([
  [
    ["       │ Debian GNU/Linux installer boot menu  │"],
    "debian-boot-menu",
    "Debian GNU/Linux installer boot menu",
  ],
  [["                     GNU GRUB  version 2.06-13+deb12u2"], "grub-menu", "2.06-13+deb12u2"],
  [DIALOG, "installer-dialog", "Select a language"],
  [["  ┌──┤ [!!] Bad archive mirror ├──┐"], "installer-error", "Bad archive mirror"],
  [
    ["  ┌──┤ [!!] Install the system ├──┐", "  │              │", "  │   Debootstrap Error   │"],
    "installer-error",
    "Install the system: Debootstrap Error",
  ],
  [
    ["  ┌──┤ [!!] Get parts ├──┐", "  │                │", "  │ The installer failed to get it. Try? │"],
    "installer-error",
    "Get parts: The installer failed to get it",
  ],
  [
    ["  ┌──┤ [!!] Configure the network ├──┐", "  │ If it should fail, go back. │"],
    "installer-dialog",
    "Configure the network",
  ],
  [["", "web1 login: "], "login-prompt", "web1"],
])("the screen %j is a sighting: %s", (screen, id, subject) => {
  expect(standing(screen)).toMatchObject({ id, subject });
});

test("an ordinary screen is no sighting", () => {
  expect(standing(["Loading debian-installer/amd64/initrd.gz... ok", "login failed"])).toBeUndefined();
});

test("a dialog that stands is sighted once, and again when another one stood between", () => {
  const first = look(WATCHMAN, { passedLines: [""], screen: DIALOG });
  const still = look(first.watchman, { passedLines: [""], screen: DIALOG });
  const gone = look(still.watchman, nothing);
  const back = look(gone.watchman, { passedLines: [""], screen: DIALOG });

  expect([first, still, gone, back].map(({ sightings }) => sightings.length)).toEqual([1, 0, 0, 1]);
});

test("a line that grows under the cursor is sighted once, when it is long enough", () => {
  const early = look(WATCHMAN, { passedLines: ["Linux ver"], screen: [] });
  const whole = look(early.watchman, { passedLines: ["Linux version 6.1.0-50-amd64 (x)"], screen: [] });
  const again = look(whole.watchman, { passedLines: ["Linux version 6.1.0-50-amd64 (x)", ""], screen: [] });

  expect([early, whole, again].map(({ sightings }) => sightings.map(({ id }) => id))).toEqual([
    [],
    ["kernel-started"],
    [],
  ]);
});

test("the same line a second time, after others, is a second sighting", () => {
  const line = "Linux version 6.1.0-50-amd64 (x)";
  const first = look(WATCHMAN, { passedLines: [line, "more"], screen: [] });
  const second = look(first.watchman, { passedLines: ["more", line, "more"], screen: [] });

  expect([first.sightings.length, second.sightings.length]).toEqual([1, 1]);
});

test("a line that is still being written is read when it is whole, so that its subject is", () => {
  const half = look(WATCHMAN, { passedLines: ["Linux version 6.1.0-5"], screen: undefined });
  const more = look(half.watchman, {
    passedLines: ["Linux version 6.1.0-50-amd64 (x)", ""],
    screen: undefined,
  });

  expect([half.sightings, more.sightings.map(({ subject }) => subject)]).toEqual([[], ["6.1.0-50-amd64"]]);
});

test("a machine that repeats itself is told of twenty times a minute for each rule", () => {
  let watchman = WATCHMAN;
  const told = Array.from({ length: 100 }, (_, i) => {
    const seen = lookAt(watchman, { passedLines: [`Oops: ${i}`, ""], screen: [], at: i * 1000 });
    watchman = seen.watchman;
    return seen.sightings.length;
  });

  expect(told.slice(0, 60).reduce((a, b) => a + b)).toBe(20);
  expect(told.slice(60).some((n) => n > 0)).toBe(true);
});

// made by hand: what is typed, logged or read about trouble is no trouble
test.each([
  'root@web1:~# grep "Kernel panic - not syncing" /var/log/kern.log',
  "Nov 29 15:01:12 web1 kernel: Oops: 0002 [#1] PREEMPT SMP NOPTI",
  "Nov 29 15:01:12 web1 kernel: INFO: task jbd2/sda1-8:94 blocked for more than 120 seconds.",
  "app: INFO: task report:12 blocked for more than 5 seconds",
  "see watchdog: BUG: soft lockup - CPU#0 stuck for 45s! [spinner:93]",
  "[    1.000000] rcu: Hierarchical RCU implementation.",
  "[    0.032000] ..MP-BIOS bug: 8254 timer not connected to IO-APIC",
])("the line %j looks like trouble and is none", (line) => {
  expect(passed([line])).toEqual([]);
});

test.each([
  [["When the prompt is (initramfs), type exit.", "root@web1:~# "]],
  [["(initramfs) cat /proc/cmdline", "root=/dev/vdz1", "web1 login: "]],
  [["You are in emergency mode is what systemd says then.", "root@web1:~# "]],
  [["Fix<y>? yes", "root@web1:~# "]],
  [["The root filesystem on /dev/vda requires a manual fsck", "root@web1:~# "]],
])("the screen %j looks like a prompt that waits and is none", (screen) => {
  const waits = ["initramfs-shell", "emergency-mode", "fsck-prompt"];
  expect(waits).not.toContain(standing(screen)?.id);
});

test("e2fsck's own question waits for a person", () => {
  const screen = ["Unconnected directory inode 4721 (was in /usr/share)", "Connect to /lost+found<y>? "];

  expect(standing(screen)).toMatchObject({ id: "fsck-prompt", subject: "Connect to /lost+found<y>?" });
});
