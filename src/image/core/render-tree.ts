import { Fault } from "../../base/fault.ts";
import type { Read } from "../../base/read.ts";
import type { SerialProfile } from "../../base/serial-profile.ts";
import { fromLatin1 } from "../../base/text.ts";
import { grubMenu } from "./grub-menu.ts";
import { grubChoosing, grubOnSerial, grubWithWords } from "./grub-rewrite.ts";
import type { BootChoice, MenuTexts } from "./installer-tree.ts";
import { ipxeMenu } from "./ipxe-menu.ts";
import { parsePxelinux } from "./pxelinux-lines.ts";
import { type Menu, type MenuEntry, pathOf, readMenu } from "./pxelinux-menu.ts";
import { pxelinuxChoosing, pxelinuxOnSerial, pxelinuxWithWords } from "./pxelinux-rewrite.ts";
import { scriptWord } from "./script-words.ts";
import type { Quiet, Speaking } from "./speaking.ts";

export type RenderWish = {
  readonly serial: SerialProfile;
  readonly choice: BootChoice;
  readonly base: string; // where iPXE fetches from: `http://10.0.0.1/`, `http://${next-server}/`, or ""
  readonly quiet?: Quiet; // default: kept, as the tree has it
  readonly redirected?: boolean; // the firmware copies the screen to the port (see Speaking); default: no
  readonly words?: readonly string[]; // more words for the kernel of the entry that boots by itself
};

/**
 * The files of a tree as one machine gets them, by path without a leading slash; all others are served from
 * its root. Throws `image.unreadable` when the tree lacks the entry, or its menu holds words that fit no boot
 * script.
 */
export function renderTree(given: MenuTexts, wish: RenderWish): ReadonlyMap<string, Uint8Array> {
  const texts = withWords(given, wish);
  const speaking = { serial: wish.serial, quiet: wish.quiet ?? "kept", redirected: wish.redirected ?? false };
  const menu = menuOf(texts);
  const entry = "entry" in wish.choice ? entryOf(texts, menu, wish.choice.entry) : undefined;
  const rendered = new Map<string, Uint8Array>();
  for (const [path, text] of onSerial(texts, speaking)) {
    const chosen =
      path === texts.grub
        ? must(texts, grubChoosing(text, wish.choice, entry))
        : pxelinuxChoosing(text, wish.choice, path === texts.top);
    rendered.set(path, fromLatin1(chosen));
  }
  for (const [alias, path] of texts.aliases) rendered.set(alias, rendered.get(path)!);
  const { about, title, top } = texts;
  if (top === undefined) return rendered; // iPXE is for x86 here
  rendered.set("menu.ipxe", fromLatin1(must(texts, ipxeMenu(menu, { ...wish, speaking, about, title }))));
  return rendered;
}

export const menuOf = ({ files, top, grub }: MenuTexts): Menu =>
  top === undefined ? grubMenu(files.get(grub) ?? "") : readMenu(files, top);

/** The same menus, the chosen entry's kernel line with more words: for every loader, since each has its own. */
function withWords(texts: MenuTexts, { choice, words = [] }: RenderWish): MenuTexts {
  if (words.length === 0 || !("entry" in choice)) return texts;
  for (const word of words) must(texts, scriptWord(word));
  const entry = entryOf(texts, menuOf(texts), choice.entry);
  const files = [...texts.files].map(([path, text]) => {
    if (path === texts.grub) return [path, must(texts, grubWithWords(text, entry, words))] as const;
    return [path, pxelinuxWithWords(text, choice.entry, words)] as const;
  });
  return { ...texts, files: new Map(files) };
}

/** Every menu text of the tree with its serial console, whatever is chosen there. */
export function onSerial(texts: MenuTexts, speaking: Speaking): ReadonlyMap<string, string> {
  const restarts = restartsOf(texts);
  const spoken = [...texts.files].map(([path, text]) => {
    if (path === texts.grub) return [path, grubOnSerial(text, speaking)] as const;
    const opening = path === texts.top ? "first" : restarts.has(path) ? "restart" : "part";
    return [path, pxelinuxOnSerial(text, speaking, opening)] as const;
  });
  return new Map(spoken);
}

/** The files that PXELINUX starts anew with, because an entry names them by `config`. */
function restartsOf(texts: MenuTexts): ReadonlySet<string> {
  const lines = [...texts.files.values()].flatMap(parsePxelinux);
  return new Set(lines.filter(({ says }) => says === "config").map(({ value }) => pathOf(value)));
}

function entryOf(texts: MenuTexts, menu: Menu, label: string): MenuEntry {
  const entry = bootEntry(menu, label);
  if (entry === undefined) throw unreadable(texts, `its menu has no entry "${label}"`);
  return entry;
}

function bootEntry(menu: Menu, label: string): MenuEntry | undefined {
  for (const entry of menu.entries) {
    if (entry.is === "boot" && entry.label === label) return entry;
    const inner = entry.is === "menu" ? bootEntry(entry.menu, label) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function must<T>(texts: MenuTexts, read: Read<T>): T {
  if (read.ok) return read.value;
  throw unreadable(texts, read.flaw);
}

const unreadable = ({ root }: MenuTexts, why: string) => new Fault("image.unreadable", { path: root, why });
