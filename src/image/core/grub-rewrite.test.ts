import fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_SERIAL } from "../../base/serial-profile.ts";
import { grubChoosing, grubOnSerial } from "./grub-rewrite.ts";
import type { MenuEntry } from "./pxelinux-menu.ts";
import type { Speaking } from "./speaking.ts";

const SPEAKING: Speaking = { serial: DEFAULT_SERIAL, quiet: "kept", redirected: false };
const HEAD =
  "serial --unit=1 --speed=115200 --word=8 --parity=no --stop=1\nterminal_input serial console\n" +
  "terminal_output serial console\n";
const CONSOLE = "console=ttyS1,115200n8";

test("graphics and beeps go, kernels speak, the rest stays", () => {
  const text =
    "insmod gfxterm\nterminal_output gfxterm\ninsmod png\nplay 960 440 1\n\tlinux    /l vga=788 --- quiet\n";

  expect(grubOnSerial(text, SPEAKING)).toBe(
    `${HEAD}insmod png\n\tlinux    /l ${CONSOLE} --- ${CONSOLE} quiet\n`,
  );
});

test("a block that would be left empty, which GRUB refuses, says true", () => {
  const text = "if [ x$a = xy ] ; then\n  terminal_output gfxterm\nfi\n";

  expect(grubOnSerial(text, SPEAKING)).toBe(`${HEAD}if [ x$a = xy ] ; then\n  true\nfi\n`);
});

test("no font is unpacked and no picture looked for, and what hangs on them is left out", () => {
  const text =
    "if loadfont $font ; then\n  set gfxmode=800x600\nfi\nif background_image /a.png; then\n  set x=1\n" +
    "elif background_image /b.png; then\n  set x=2\nelse\n  set x=3\nfi\nloadfont unicode\n";

  expect(grubOnSerial(text, SPEAKING)).toBe(
    `${HEAD}if false; then\n  set gfxmode=800x600\nfi\nif false; then\n  set x=1\n` +
      "elif false; then\n  set x=2\nelse\n  set x=3\nfi\n",
  );
});

test("when the firmware copies the screen to the port, GRUB only writes to the screen", () => {
  const spoken = grubOnSerial("", { ...SPEAKING, redirected: true });

  expect(spoken).toBe("terminal_input console\nterminal_output console\n");
});

const RESCUE: MenuEntry = {
  is: "boot",
  label: "rescue",
  title: { text: "Rescue mode" },
  kernel: "di/linux",
  initrds: [],
  append: "vga=788 rescue/enable=true --- quiet",
};
const MENU =
  "set default=9\nmenuentry 'Install' {\n linux /di/linux vga=788 --- quiet\n}\nsubmenu 'More' {\n" +
  " menuentry '... Rescue mode' {\n  linux /di/linux rescue/enable=true vga=788 --- quiet\n }\n}\n";

test("an armed entry is found by its kernel line, inside submenus as well", () => {
  const chosen = grubChoosing(MENU, { entry: "rescue", afterSeconds: 2 }, RESCUE);

  expect(chosen.ok && chosen.value).toMatch(/^set default="1>0"\nset timeout=2\nmenuentry/);
});

test("an entry that GRUB's menu lacks is a flaw, not another entry", () => {
  const chosen = grubChoosing(MENU, { entry: "rescue", afterSeconds: 2 }, { ...RESCUE, append: "auto=true" });

  expect(chosen).toMatchObject({ ok: false, flaw: 'grub.cfg has no entry like "rescue"' });
});

test("rewriting what was rewritten changes nothing more", () => {
  const some = fc.constantFrom(
    ...["if a ; then", "else", "fi", "terminal_output gfxterm", "play 1", "set timeout=5", "\tset default=1"],
    ...["linux /di/linux vga=788 ---", "menuentry 'a' {", "}", "# x", "", "true"],
  );
  fc.assert(
    fc.property(fc.array(some, { maxLength: 12 }), (lines) => {
      const rewrite = (text: string) => {
        const chosen = grubChoosing(grubOnSerial(text, SPEAKING), { stay: true }, undefined);
        return chosen.ok ? chosen.value : "";
      };
      const once = rewrite(`${lines.join("\n")}\n`);

      expect(rewrite(once)).toBe(once);
    }),
  );
});
