import { serialName } from "../../base/serial-profile.ts";
import type { Speaking } from "./speaking.ts";

type Word = { readonly gap: string; readonly text: string };

/**
 * A kernel command line that speaks through this port: `vga=` gives way to `console=`, and the same console
 * stands again after the separator, from where the installer copies it into the installed system
 * (Installation Guide 5.3).
 */
export function withSerialConsole(line: string, { serial, quiet }: Omit<Speaking, "redirected">): string {
  const console = `console=${serialName(serial)}`;
  const words = wordsOf(line).filter(({ text }) => quiet === "kept" || text !== "quiet");
  const cut = words.findIndex(({ text }) => isSeparator(text));
  if (cut < 0) return written(line, placed(words, console, words.length));
  const before = placed(words.slice(0, cut), console, cut);
  const after = placed(words.slice(cut + 1), console, 0);
  return written(line, [...before, words[cut]!, ...after]);
}

/** More words for the kernel, before what is meant for the installed system. */
export function withMoreWords(line: string, more: readonly string[]): string {
  const words = wordsOf(line);
  const cut = words.findIndex(({ text }) => isSeparator(text));
  const at = cut < 0 ? words.length : cut;
  const added = more.map((text) => ({ gap: " ", text }));
  return written(line, [...words.slice(0, at), ...added, ...words.slice(at)]);
}

/** `---`; trees of wheezy and before have `--`. */
const isSeparator = (text: string): boolean => text === "---" || text === "--";
const givesWay = ({ text }: Word): boolean => /^vga=|^console=tty(S|AMA)/.test(text);

/**
 * Where the first replaced word stood, else at `fallback`; never before another console=, since the last one
 * wins.
 */
function placed(words: readonly Word[], console: string, fallback: number): Word[] {
  const first = words.findIndex(givesWay);
  const kept = words.filter((word) => !givesWay(word));
  const lastOther = kept.findLastIndex(({ text }) => text.startsWith("console="));
  const at = Math.max(first < 0 ? fallback : first, lastOther + 1);
  return [
    ...kept.slice(0, at),
    { gap: first < 0 ? " " : words[first]!.gap, text: console },
    ...kept.slice(at),
  ];
}

function wordsOf(line: string): Word[] {
  return [...line.trimEnd().matchAll(/(\s*)(\S+)/g)].map(([, gap, text]) => ({ gap: gap!, text: text! }));
}

/** The blanks before the first word and after the last stay as the line had them; two words never touch. */
function written(line: string, words: readonly Word[]): string {
  const [lead] = /^\s*/.exec(line)!;
  const tail = line.trim() === "" ? "" : line.slice(line.trimEnd().length);
  const text = words.map(({ gap, text }, i) => (i === 0 ? lead : gap === "" ? " " : gap) + text);
  return text.join("") + tail;
}
