import { flaw, ok, type Read } from "../../base/read.ts";
import {
  type GrubEntry,
  type GrubLine,
  grubEntries,
  grubLine,
  isLinux,
  parseGrub,
  printGrub,
  withGrubValue,
} from "./grub-lines.ts";
import type { BootChoice } from "./installer-tree.ts";
import { withMoreWords, withSerialConsole } from "./kernel-line.ts";
import type { MenuEntry } from "./pxelinux-menu.ts";
import type { Speaking } from "./speaking.ts";

/**
 * The same menu on a serial line: GRUB and its kernels speak there; nothing switches to graphics, nothing
 * beeps, and no font is unpacked, which takes GRUB longer than to load the kernel.
 */
export function grubOnSerial(text: string, speaking: Speaking): string {
  const kept = withoutLines(parseGrub(text), isSilenced).map((line) => {
    if (!isLinux(line)) return withoutGraphics(line);
    const [, path, args] = /^(\S+)(.*)$/.exec(line.value) ?? [];
    if (path === undefined) return line;
    return withGrubValue(line, path + withSerialConsole(args || " ", speaking));
  });
  return printGrub([...terminals(speaking).map((line) => grubLine(line)), ...kept]);
}

/** Without PC ports GRUB has no serial driver of its own: the firmware's console is all there is. */
function terminals({ serial: { port, unit, speed }, redirected }: Speaking): string[] {
  if (redirected || port === "ttyAMA") return ["terminal_input console", "terminal_output console"];
  return [
    `serial --unit=${unit} --speed=${speed} --word=8 --parity=no --stop=1`,
    "terminal_input serial console",
    "terminal_output serial console",
  ];
}

const GRAPHICS = ["loadfont", "background_image"];
const SILENCED = ["serial", "terminal_input", "terminal_output", "terminal", "play", ...GRAPHICS];
const isSilenced = ({ says, value }: GrubLine): boolean =>
  SILENCED.includes(says) || (says === "insmod" && ["gfxterm", "play"].includes(value.trim()));

/** What hangs on a font or a picture is left out, whatever else stands in the block. */
function withoutGraphics(line: GrubLine): GrubLine {
  const [, command] = /^(\S+)/.exec(line.value) ?? [];
  if (!["if", "elif"].includes(line.says) || !GRAPHICS.includes(command ?? "")) return line;
  return withGrubValue(line, line.value.replace(/^[^;]*/, "false"));
}

/**
 * The menu waits for ever, or boots this entry of the PXELINUX menu by itself, found here by its kernel line.
 */
export function grubChoosing(text: string, choice: BootChoice, entry: MenuEntry | undefined): Read<string> {
  if ("local" in choice) return ok(LOCAL);
  const lines = withoutLines(parseGrub(text), (line) => line.says === "set" && DECIDES.test(line.value));
  const place =
    "entry" in choice && entry !== undefined ? placeOf(grubEntries(lines), lines, entry) : undefined;
  if ("entry" in choice && place === undefined) return flaw(`grub.cfg has no entry like "${choice.entry}"`);
  const head =
    "entry" in choice
      ? [`set default="${place}"`, `set timeout=${Math.max(1, Math.round(choice.afterSeconds))}`]
      : ["set timeout=-1"];
  return ok(printGrub([...head.map((line) => grubLine(line)), ...lines]));
}

/**
 * GRUB's `exit` counts as a success, after which UEFI shows its own menu and starts nothing else (UEFI 2.10,
 * 3.1.1): so the disk's own loader is started from here, Debian's before the one for whoever comes by.
 */
const LOCAL = `${["/EFI/debian/shimx64.efi", "/EFI/debian/grubx64.efi", "/EFI/BOOT/BOOTX64.EFI"]
  .map((path) => `if search --no-floppy --set=root --file ${path}; then chainloader ${path}; boot; fi`)
  .join("\n")}
exit
`;

/** The same file, the line that boots this entry with more words. */
export function grubWithWords(text: string, entry: MenuEntry, words: readonly string[]): Read<string> {
  const lines = parseGrub(text);
  const at = lines.findIndex((line) => isLinux(line) && boots(line, entry));
  if (at < 0) return flaw(`grub.cfg has no entry like "${entry.label}"`);
  const line = lines[at]!;
  return ok(printGrub(lines.with(at, withGrubValue(line, withMoreWords(line.value, words)))));
}

const DECIDES = /^(timeout|timeout_style|default|fallback)=/;

/**
 * GRUB's own name of an entry: its number from 0, behind those of its submenus: `1>0` (GRUB manual, default).
 */
function placeOf(
  entries: readonly GrubEntry[],
  lines: readonly GrubLine[],
  wanted: MenuEntry,
): string | undefined {
  for (const [number, entry] of entries.entries()) {
    if (entry.is === "submenu") {
      const inner = placeOf(entry.entries, lines, wanted);
      if (inner !== undefined) return `${number}>${inner}`;
    } else if (lines.slice(entry.from, entry.to).some((line) => isLinux(line) && boots(line, wanted))) {
      return String(number);
    }
  }
  return undefined;
}

/**
 * Titles differ between the two menus ("... Rescue mode"), kernel lines do not, but for where the screen is
 * set.
 */
function boots(line: GrubLine, wanted: MenuEntry): boolean {
  if (wanted.is !== "boot") return false;
  const [path, ...args] = line.value.trim().split(/\s+/);
  return path!.replace(/^\/+/, "") === wanted.kernel && meaning(args) === meaning(wanted.append.split(/\s+/));
}
const meaning = (words: readonly string[]): string =>
  words
    .filter((word) => word !== "" && !/^(vga|console|initrd)=|^quiet$/.test(word))
    .sort()
    .join(" ");

/** Drops lines; a block that would be left empty, which GRUB refuses, says `true` instead. */
function withoutLines(lines: readonly GrubLine[], goes: (line: GrubLine) => boolean): GrubLine[] {
  const kept: GrubLine[] = [];
  for (const [at, line] of lines.entries()) {
    if (!goes(line)) {
      kept.push(line);
      continue;
    }
    const next = lines.slice(at + 1).find((one) => one.says !== "" && !goes(one));
    const last = kept.findLast(({ says }) => says !== "");
    const isEmpty = OPENS.test(last?.text.trimEnd() ?? "") && (next === undefined || CLOSES.test(next.says));
    if (isEmpty) kept.push(grubLine(`${/^\s*/.exec(line.text)![0]}true`, line.end));
  }
  return kept;
}

const OPENS = /(\{|\bthen|\belse|\bdo)$/;
const CLOSES = /^(\}|(fi|else|elif|done)\b)/;
