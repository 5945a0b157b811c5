import type { Menu, MenuEntry } from "./pxelinux-menu.ts";

/** One screen of the iPXE menu. Names are places in the script, each there once. */
export type Section = {
  readonly name: string;
  readonly title: string;
  readonly parent: string | undefined;
  readonly items: readonly Item[];
};
/** `leadsTo`: the section an entry opens, or goes back to. */
export type Item = { readonly name: string; readonly entry: MenuEntry; readonly leadsTo: string };

/** The menu and its submenus, flat: iPXE knows no nesting. */
export function sectionsOf(menu: Menu, title: string): Section[] {
  const taken = new Set(["top", "failed", "console"]);
  return sectionAndBelow({ ...menu, title }, "top", undefined, taken);
}

function sectionAndBelow(
  menu: Menu,
  name: string,
  parent: string | undefined,
  taken: Set<string>,
): Section[] {
  const below: Section[] = [];
  const items = menu.entries.map((entry): Item => {
    if (entry.is !== "menu") {
      const leadsTo = entry.is === "back" ? (parent ?? "top") : name;
      return { name: free(`${entry.is}-${entry.label}`, taken), entry, leadsTo };
    }
    const leadsTo = free(`menu-${entry.label}`, taken);
    below.push(...sectionAndBelow(entry.menu, leadsTo, name, taken));
    return { name: free(`open-${entry.label}`, taken), entry, leadsTo };
  });
  return [{ name, title: menu.title, parent, items }, ...below];
}

function free(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted}-${number}`;
  taken.add(name);
  return name;
}
