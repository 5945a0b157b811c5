import type { BootChoice } from "./installer-tree.ts";
import { withMoreWords, withSerialConsole } from "./kernel-line.ts";
import { newLine, type PxelinuxLine, parsePxelinux, printPxelinux, withValue } from "./pxelinux-lines.ts";
import { bootsLinux, endOfLabel } from "./pxelinux-menu.ts";
import type { Speaking } from "./speaking.ts";

/**
 * `first`: PXELINUX starts from this file; `restart`: a `config` line names it; `part`: others include it.
 */
export type Opening = "first" | "restart" | "part";

/**
 * The same menu on a serial line: the loader speaks there from its first directive on, and so do its kernels.
 */
export function pxelinuxOnSerial(text: string, speaking: Speaking, opening: Opening): string {
  const lines = parsePxelinux(text).filter(({ says }) => says !== "serial" && says !== "console");
  const onSerial = perLabel(lines, (body) => kernelsOnSerial(body, lines, speaking));
  return printPxelinux(opening === "part" ? onSerial : [...serialHead(speaking), ...onSerial]);
}

/**
 * doc/syslinux.txt: SERIAL must stand first, its 0 is "no flow control"; CONSOLE 1 keeps the screen as well.
 */
function serialHead({ serial: { unit, speed }, redirected }: Speaking): PxelinuxLine[] {
  return redirected ? [] : [newLine(`serial ${unit} ${speed} 0`), newLine("console 1")];
}

/** The menu waits for ever, or shows the entry as chosen and boots it by itself. */
export function pxelinuxChoosing(text: string, choice: BootChoice, isFirst: boolean): string {
  const lines = parsePxelinux(text);
  if ("local" in choice) return isFirst ? localMenu(lines) : text;
  const waiting = lines.filter(({ says }) => !["ontimeout", "totaltimeout"].includes(says));
  if ("stay" in choice) {
    return printPxelinux(waiting.map((line) => (line.says === "timeout" ? withValue(line, "0") : line)));
  }
  const marked = perLabel(waiting, (body) => withDefault(body, choice.entry));
  if (!isFirst) return printPxelinux(marked);
  // doc/syslinux.txt, TIMEOUT: in tenths of a second, and 0 would wait for ever.
  const tenths = Math.max(1, Math.round(choice.afterSeconds * 10));
  const head = marked.findLastIndex(({ says }) => says === "serial" || says === "console") + 1;
  const rest = marked.slice(head).filter(({ says }) => says !== "timeout");
  // ONTIMEOUT also reaches an entry inside a submenu, where MENU DEFAULT alone only marks it.
  const timeout = [newLine(`timeout ${tenths}`), newLine(`ontimeout ${choice.entry}`)];
  return printPxelinux([...marked.slice(0, head), ...timeout, ...rest]);
}

/** The same file, the label's kernel line with more words. */
export function pxelinuxWithWords(text: string, label: string, words: readonly string[]): string {
  const edited = perLabel(parsePxelinux(text), (body) => {
    if (!isLabel(body) || body[0]!.value.trim() !== label) return body;
    return body.map((line) =>
      line.says === "append" ? withValue(line, withMoreWords(line.value, words)) : line,
    );
  });
  return printPxelinux(edited);
}

/** LOCALBOOT 0 leaves to the next boot device (doc/syslinux.txt). */
function localMenu(lines: readonly PxelinuxLine[]): string {
  const head = lines.filter(({ says }) => says === "serial" || says === "console");
  return printPxelinux([
    ...head,
    ...["default local", "prompt 0", "label local", "\tlocalboot 0"].map((text) => newLine(text)),
  ]);
}

function perLabel(
  lines: readonly PxelinuxLine[],
  edit: (body: readonly PxelinuxLine[]) => readonly PxelinuxLine[],
): PxelinuxLine[] {
  const edited: PxelinuxLine[] = [];
  let at = 0;
  while (at < lines.length) {
    const until = lines[at]!.says === "label" ? endOfLabel(lines, at + 1) : at + 1;
    edited.push(...edit(lines.slice(at, until)));
    at = until;
  }
  return edited;
}

const isLabel = (body: readonly PxelinuxLine[]): boolean => body[0]?.says === "label";

function kernelsOnSerial(
  body: readonly PxelinuxLine[],
  file: readonly PxelinuxLine[],
  speaking: Speaking,
): readonly PxelinuxLine[] {
  if (isLabel(body) && !bootsLinux(body)) return body;
  const onSerial = (line: PxelinuxLine) =>
    line.says === "append" && line.value.trim() !== "-"
      ? withValue(line, withSerialConsole(line.value, speaking))
      : line;
  const hasAppend = body.some(({ says }) => says === "append") || file.some(isGlobalAppend(file));
  if (!isLabel(body) || hasAppend) return body.map(onSerial);
  return body.flatMap((line) => {
    if (line.says !== "kernel" && line.says !== "linux") return [line];
    const indent = /^\s*/.exec(line.text)![0];
    return [ended(line), onSerial(newLine(`${indent}append `, ended(line).end))];
  });
}

/** An APPEND before the first LABEL holds for all labels without their own. */
const isGlobalAppend = (file: readonly PxelinuxLine[]) => (line: PxelinuxLine, at: number) =>
  line.says === "append" && !file.slice(0, at).some(({ says }) => says === "label");

function withDefault(body: readonly PxelinuxLine[], entry: string): readonly PxelinuxLine[] {
  if (!isLabel(body)) return body;
  const [label, ...rest] = body as [PxelinuxLine, ...PxelinuxLine[]];
  if (label.value.trim() !== entry) return body.filter(({ says }) => says !== "menu default");
  if (rest.some(({ says }) => says === "menu default")) return body;
  return [ended(label), newLine("\tmenu default", ended(label).end), ...rest];
}

/** A last line without a line end gets one before something is put behind it. */
const ended = (line: PxelinuxLine): PxelinuxLine => (line.end === "" ? { ...line, end: "\n" } : line);
