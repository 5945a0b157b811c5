import fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_SERIAL } from "../../base/serial-profile.ts";
import { pxelinuxChoosing, pxelinuxOnSerial } from "./pxelinux-rewrite.ts";
import type { Speaking } from "./speaking.ts";

const SPEAKING: Speaking = { serial: DEFAULT_SERIAL, quiet: "kept", redirected: false };
const CONSOLE = "console=ttyS1,115200n8";

test("the first file opens the port before anything else, and an older serial line goes", () => {
  const spoken = pxelinuxOnSerial("prompt 0\nserial 0 9600\n", SPEAKING, "first");

  expect(spoken).toBe("serial 1 115200 0\nconsole 1\nprompt 0\n");
});

test("when the firmware copies the screen to the port, the loader leaves it alone", () => {
  const spoken = pxelinuxOnSerial("prompt 0\n", { ...SPEAKING, redirected: true }, "first");

  expect(spoken).toBe("prompt 0\n");
});

test("only kernels get a console: a module's and a configuration's append stay", () => {
  const text =
    "label a\nkernel menu.c32\nappend x.cfg\nlabel b\nkernel linux\nappend vga=788\nlabel c\nconfig y\n";

  expect(pxelinuxOnSerial(text, SPEAKING, "part")).toBe(text.replace("vga=788", CONSOLE));
});

test("a kernel without a command line gets one", () => {
  const spoken = pxelinuxOnSerial("label a\n\tkernel linux", SPEAKING, "part");

  expect(spoken).toBe(`label a\n\tkernel linux\n\tappend ${CONSOLE}\n`);
});

test("an armed entry is marked, others are not, and it boots after tenths of seconds", () => {
  const text = "prompt 0\ntimeout 0\nlabel a\n\tmenu default\n\tkernel linux\nlabel b\n\tkernel linux\n";
  const chosen = pxelinuxChoosing(text, { entry: "b", afterSeconds: 1.5 }, true);

  expect(chosen).toBe(
    "timeout 15\nontimeout b\nprompt 0\nlabel a\n\tkernel linux\nlabel b\n\tmenu default\n\tkernel linux\n",
  );
});

test("a menu that stays has no timeout of any kind", () => {
  const text = "timeout 50\nontimeout x\ntotaltimeout 600\nlabel a\n\tkernel linux\n";

  expect(pxelinuxChoosing(text, { stay: true }, true)).toBe("timeout 0\nlabel a\n\tkernel linux\n");
});

test("the local disk is booted without a menu, still on the serial line", () => {
  const text = pxelinuxOnSerial("include menu.cfg\ndefault vesamenu.c32\n", SPEAKING, "first");

  expect(pxelinuxChoosing(text, { local: true }, true)).toBe(
    "serial 1 115200 0\nconsole 1\ndefault local\nprompt 0\nlabel local\n\tlocalboot 0\n",
  );
});

const lines = fc.array(
  fc.constantFrom(
    ...[
      "label a",
      "label b",
      "\tkernel linux",
      "\tkernel x.c32",
      "\tappend vga=788 --- quiet ",
      "append x -- y",
    ],
    ...[
      "serial 0 9600",
      "console 0",
      "menu default",
      "timeout 9",
      "ontimeout q",
      "menu begin m",
      "menu end",
      "# x",
    ],
    ...["localboot 0", "text help", "endtext", "append -", "\tlinux l"],
  ),
  { maxLength: 12 },
);

test("rewriting what was rewritten changes nothing more", () => {
  const choice = fc.constantFrom(
    { stay: true as const },
    { entry: "b", afterSeconds: 2 },
    { local: true as const },
  );
  fc.assert(
    fc.property(
      lines,
      choice,
      fc.constantFrom("first" as const, "restart" as const, "part" as const),
      (text, chosen, opening) => {
        const rewrite = (one: string) =>
          pxelinuxChoosing(pxelinuxOnSerial(one, SPEAKING, opening), chosen, opening === "first");
        const once = rewrite(`${text.join("\n")}\n`);

        expect(rewrite(once)).toBe(once);
      },
    ),
  );
});
