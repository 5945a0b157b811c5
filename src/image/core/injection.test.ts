import fc from "fast-check";
import { expect, test } from "vitest";
import { must } from "../../base/read.ts";
import { VIRTUAL_SERIAL } from "../../base/serial-profile.ts";
import { latin1 } from "../../base/text.ts";
import { type KernelImage, kernelTexts, readAppend } from "./kernel-image.ts";
import { renderTree } from "./render-tree.ts";

/** What means something to iPXE, GRUB or PXELINUX, whole words and single characters. */
const HOSTILE = [
  ...[
    "\n",
    "\r",
    "\t",
    "\0",
    "\u2028",
    "\x1b[2J",
    "#",
    ";",
    "|",
    "||",
    "&",
    "&&",
    "<",
    ">",
    "`",
    "$",
    "{",
    "}",
  ],
  ...["\\", "'", '"', "(", ")", "*", "?", "!", "^", "-", "--", "---", "é", "{base}", "{private}", "initrd=x"],
  ...[
    `\${net0/mac}`,
    "$(id)",
    "`id`",
    "\nshell",
    "\ngoto top",
    "\nlabel x",
    "\nlocalboot 0",
    "|| shell",
    "[",
    "]",
  ],
];
const TAME = ["quiet", "root=/dev/ram0", "a.b=c,d", "console=ttyS9", "---", "x={base}f", "vga=788"];
const word = fc.oneof(fc.constantFrom(...TAME), fc.constantFrom(...HOSTILE), fc.string({ maxLength: 3 }));
const line = fc
  .tuple(fc.array(word, { maxLength: 6 }), fc.constantFrom(" ", ""))
  .map(([words, between]) => words.join(between));

const image = (append: string): KernelImage => ({
  append,
  files: [{ path: "linux", bytes: 1, sha256: "0".repeat(64) }],
});
/** On a kernel's line the words are free, while they are of the grammar; everything else stays as it is. */
const WORDS = /^(\s*(?:append|linux|kernel)) [A-Za-z0-9_.,:=/+@%~[\] -]*?( \|\| goto failed)?$/;

function commands(append: string): unknown {
  const choice = { entry: "boot", afterSeconds: 1 } as const;
  const texts = must(kernelTexts("mine", image(append), "http://10.0.0.1/"));
  const files = renderTree(texts, { serial: VIRTUAL_SERIAL, base: "http://10.0.0.1/", choice });
  const lines = (bytes: Uint8Array) => latin1(bytes).split(/[\n\r;]/);
  return [...files].map(([path, bytes]) => [path, lines(bytes).map((text) => text.replace(WORDS, "$1$2"))]);
}

test("whatever a command line holds, each loader reads the same commands as of a tame one, or it is refused", () => {
  const usual = commands("quiet");
  let taken = 0;

  fc.assert(
    fc.property(line, (append) => {
      if (!readAppend(append).ok) return;
      taken += 1;
      expect(commands(append)).toEqual(usual);
    }),
    { numRuns: 2000 },
  );

  expect(taken).toBeGreaterThan(100); // not all was refused
});
