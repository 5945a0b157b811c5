import { type GrubEntry, type GrubLine, grubEntries, isLinux, parseGrub } from "./grub-lines.ts";
import { type Menu, type MenuEntry, pathOf } from "./pxelinux-menu.ts";

/** What a GRUB menu offers, for trees that bring no PXELINUX. Debian's titles make the labels of its other menus. */
export function grubMenu(text: string): Menu {
  const lines = parseGrub(text);
  return { title: "", entries: entriesOf(grubEntries(lines), lines) };
}

const entriesOf = (entries: readonly GrubEntry[], lines: readonly GrubLine[]): MenuEntry[] =>
  entries.flatMap((entry) => entryOf(entry, lines));

function entryOf({ is, title: text, from, to, entries }: GrubEntry, lines: readonly GrubLine[]): MenuEntry[] {
  const [title, label] = [{ text }, labelOf(text)];
  if (is === "submenu")
    return [{ is: "menu", label, title, menu: { title: text, entries: entriesOf(entries, lines) } }];
  const body = lines.slice(from, to);
  const words = (says: (line: GrubLine) => boolean) => body.find(says)?.value.trim().split(/\s+/) ?? [];
  const [kernel, ...append] = words(isLinux);
  if (kernel === undefined) return [];
  const initrds = words(({ says }) => says === "initrd").map(pathOf);
  return [{ is: "boot", label, title, kernel: pathOf(kernel), initrds, append: append.join(" ") }];
}

/** "... Rescue mode" is `rescue-mode`. */
const labelOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
