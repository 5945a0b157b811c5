import { ok, type Read } from "../../base/read.ts";
import type { BootChoice } from "./installer-tree.ts";
import { type Item, type Section, sectionsOf } from "./ipxe-sections.ts";
import { withSerialConsole } from "./kernel-line.ts";
import type { Menu } from "./pxelinux-menu.ts";
import { scriptBase, scriptName, scriptTitle, scriptWord } from "./script-words.ts";
import type { Speaking } from "./speaking.ts";

export type IpxeWish = {
  readonly speaking: Speaking;
  readonly choice: BootChoice;
  readonly base: string;
  readonly about: string; // one line about the image, for its help entry
  readonly title: string; // of the menu
};

/** The PXELINUX menu of a tree as an iPXE script: same titles, same submenus, same kernel lines. */
export function ipxeMenu(menu: Menu, wish: IpxeWish): Read<string> {
  const base = scriptBase(wish.base);
  if (!base.ok) return base;
  const refused = [scriptTitle(wish.about), scriptTitle(wish.title), ...wordsOf(menu)].find(
    (word) => !word.ok,
  );
  if (refused !== undefined) return refused;
  const { choice } = wish;
  if ("local" in choice) return ok(LOCAL);
  const sections = sectionsOf(menu, wish.title);
  const items = sections.flatMap((section) => section.items);
  const armed = "entry" in choice ? items.find(isEntry(choice.entry)) : undefined;
  const waits = "entry" in choice ? Math.max(1, Math.round(choice.afterSeconds * 1000)) : 0; // 0 is for ever
  const first = sections.find((section) => armed !== undefined && section.items.includes(armed));
  const lines = [
    "#!ipxe",
    `set waits ${waits}`,
    `goto ${first?.name ?? "top"}`,
    ...sections.flatMap((section) => menuLines(section, section === first ? armed : undefined)),
    ...items.flatMap((item) => itemLines(item, { ...wish, base: base.value })),
    ...FAILED,
  ];
  return ok(`${lines.join("\n")}\n`);
}

/**
 * BIOSes differ in what they do after a network ROM that gave up, above all when they were told to boot once
 * from the network: their first disk is started from here. UEFI goes on to its next boot option only after a
 * failure (UEFI 2.10, 3.1.1); after a success it shows its own menu.
 */
const LOCAL = `#!ipxe
echo Booting from the next device
iseq \${platform} pcbios && sanboot --no-describe --drive 0x80 ||
exit 1
`;

/** A person who went elsewhere has taken over: nothing counts down from then on. */
const STAY = "set waits 0";
const isEntry =
  (label: string) =>
  ({ entry }: Item) =>
    entry.is === "boot" && entry.label === label;

/** Every word of the menu that would come to stand in the script. */
function wordsOf(menu: Menu): Read<string>[] {
  return menu.entries.flatMap((entry) => {
    const own = [scriptName(entry.label), scriptTitle(entry.title.text)];
    if (entry.is === "menu") return [...own, scriptTitle(entry.menu.title), ...wordsOf(entry.menu)];
    if (entry.is !== "boot") return own;
    return [
      ...own,
      ...[entry.kernel, ...entry.initrds, ...entry.append.split(" ")].filter(Boolean).map(scriptWord),
    ];
  });
}

/** Only the armed menu counts down. Esc leads out of a menu, to the shell at last. */
function menuLines(section: Section, armed: Item | undefined): string[] {
  const shown = section.items.map(({ name, entry }) => {
    const key = entry.title.key === undefined ? "" : `--key ${entry.title.key} `;
    return `item ${key}${name} ${entry.title.text}${entry.is === "menu" ? " >" : ""}`;
  });
  const options = armed === undefined ? "" : `--timeout \${waits} --default ${armed.name} `;
  return [
    `:${section.name}`,
    ...(armed === undefined ? [STAY] : []),
    `menu ${section.title}`,
    ...shown,
    `choose ${options}chosen && goto \${chosen} || goto ${section.parent ?? "console"}`,
  ];
}

function itemLines({ name, entry, leadsTo }: Item, wish: IpxeWish): string[] {
  if (entry.is === "menu" || entry.is === "back") return [`:${name}`, `goto ${leadsTo}`];
  if (entry.is === "config") return [`:${name}`, STAY, `echo ${wish.about}`, ...HELP, `goto ${leadsTo}`];
  // An EFI kernel finds its initrd by the name that iPXE gives it, so initrd= names that and not a path.
  const named = entry.initrds.map((path) => ({ path, as: path.slice(path.lastIndexOf("/") + 1) }));
  const line = `${named.map(({ as }) => `initrd=${as}`).join(" ")} ${entry.append}`.trim();
  return [
    `:${name}`,
    `kernel ${wish.base}${entry.kernel} ${withSerialConsole(line, wish.speaking)} || goto failed`,
    ...named.map(({ path, as }) => `initrd --name ${as} ${wish.base}${path} || goto failed`),
    "boot || goto failed",
  ];
}

const HELP = [
  "echo The menu entries are those of this image. To add words to a kernel line, leave the menu with Esc;",
  "echo in the shell, kernel URL WORDS, initrd URL and boot start it by hand.",
  "prompt Press a key to go back",
];

/**
 * A failure is said, then the menu waits for ever: a machine that cannot load must not go round and round.
 */
const FAILED = [
  ":failed",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: iPXE expands it
  "echo It was not loaded: ${errno}",
  "imgfree",
  STAY,
  "prompt --key s --timeout 10000 Press s for a shell, or wait for the menu && goto console || goto top",
  ":console",
  "echo Type exit to return to the menu",
  "shell",
  "goto top",
];
