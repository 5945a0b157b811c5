import { Fault } from "../../base/fault.ts";
import type { Read } from "../../base/read.ts";
import type { SerialProfile } from "../../base/serial-profile.ts";
import { fromLatin1 } from "../../base/text.ts";
import { grubChoosing, grubOnSerial } from "./grub-rewrite.ts";
import { type BootChoice, type MenuTexts, pathsOf } from "./installer-tree.ts";
import { ipxeMenu } from "./ipxe-menu.ts";
import { parsePxelinux } from "./pxelinux-lines.ts";
import { type Menu, type MenuEntry, pathOf, readMenu } from "./pxelinux-menu.ts";
import { pxelinuxChoosing, pxelinuxOnSerial } from "./pxelinux-rewrite.ts";
import type { Quiet, Speaking } from "./speaking.ts";

export type RenderWish = {
  readonly serial: SerialProfile;
  readonly choice: BootChoice;
  readonly base: string; // where iPXE fetches from: `http://10.0.0.1/`, `http://${next-server}/`, or ""
  readonly quiet?: Quiet; // default: kept, as the tree has it
  readonly redirected?: boolean; // the firmware copies the screen to the port (see Speaking); default: no
};

/**
 * The files of a tree as one machine gets them, by path without a leading slash; all others are served from
 * its root. Throws `image.unreadable` when the tree lacks the entry, or its menu holds words that fit no boot
 * script.
 */
export function renderTree(texts: MenuTexts, wish: RenderWish): ReadonlyMap<string, Uint8Array> {
  const speaking = { serial: wish.serial, quiet: wish.quiet ?? "kept", redirected: wish.redirected ?? false };
  const menu = readMenu(texts.files, texts.top);
  const entry = "entry" in wish.choice ? bootEntry(menu, wish.choice.entry) : undefined;
  if ("entry" in wish.choice && entry === undefined) {
    throw unreadable(texts, `its menu has no entry "${wish.choice.entry}"`);
  }
  const { grub } = pathsOf(texts.tree.arch);
  const rendered = new Map<string, Uint8Array>();
  for (const [path, text] of onSerial(texts, speaking)) {
    const chosen =
      path === grub
        ? must(texts, grubChoosing(text, wish.choice, entry))
        : pxelinuxChoosing(text, wish.choice, path === texts.top);
    rendered.set(path, fromLatin1(chosen));
  }
  for (const [alias, path] of texts.aliases) rendered.set(alias, rendered.get(path)!);
  const { release, suite, build } = texts.tree;
  const about = `Debian ${release} (${suite}), installer build ${build}`;
  rendered.set("menu.ipxe", fromLatin1(must(texts, ipxeMenu(menu, { ...wish, speaking, about }))));
  return rendered;
}

/** Every menu text of the tree with its serial console, whatever is chosen there. */
export function onSerial(texts: MenuTexts, speaking: Speaking): ReadonlyMap<string, string> {
  const { grub } = pathsOf(texts.tree.arch);
  const restarts = restartsOf(texts);
  const spoken = [...texts.files].map(([path, text]) => {
    if (path === grub) return [path, grubOnSerial(text, speaking)] as const;
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

const unreadable = ({ tree }: MenuTexts, why: string) =>
  new Fault("image.unreadable", { path: tree.root, why });
