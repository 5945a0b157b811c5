import { expect, test } from "vitest";
import { passed, standing } from "./sightings.ts";
import { look, WATCHMAN } from "./watchman.ts";

const DIALOG = [
  "  ┌───────────────────────┤ [!!] Select a language ├────────────────────────┐",
  "  │ Choose the language to be used for the installation process.            │",
];
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
