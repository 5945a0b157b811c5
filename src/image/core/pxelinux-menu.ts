import { type PxelinuxLine, parsePxelinux } from "./pxelinux-lines.ts";

/** What a PXELINUX menu offers, includes followed, in the order it is shown. */
export type Menu = { readonly title: string; readonly entries: readonly MenuEntry[] };
export type MenuEntry =
  | {
      readonly is: "boot";
      readonly label: string;
      readonly title: Title;
      readonly kernel: string;
      readonly initrds: readonly string[];
      readonly append: string; // without initrd=
    }
  | { readonly is: "menu"; readonly label: string; readonly title: Title; readonly menu: Menu }
  | { readonly is: "back"; readonly label: string; readonly title: Title }
  | { readonly is: "config"; readonly label: string; readonly title: Title; readonly file: string };
export type Title = { readonly text: string; readonly key?: string };

/** Includes nest at most this deep in SYSLINUX itself (com32/menu/readconfig.c). */
const DEEPEST_INCLUDE = 16;

/** Files that are included but not there are normal: Debian's text flavour names those of the gtk flavour. */
export function readMenu(files: ReadonlyMap<string, string>, top: string): Menu {
  const lines = included(files, top, DEEPEST_INCLUDE);
  const globalAppend =
    lines.slice(0, firstLabel(lines)).findLast(({ says }) => says === "append")?.value ?? "";
  return menuFrom(lines, 0, globalAppend).menu;
}

/** Every file that the top file reaches by include, itself first. */
export function filesOf(files: ReadonlyMap<string, string>, top: string, deep = DEEPEST_INCLUDE): string[] {
  const text = files.get(top);
  if (text === undefined || deep === 0) return [];
  const includes = parsePxelinux(text).filter(({ says }) => isInclude(says));
  return [...new Set([top, ...includes.flatMap(({ value }) => filesOf(files, pathOf(value), deep - 1))])];
}

export const isInclude = (says: string): boolean => says === "include" || says === "menu include";
export const pathOf = (value: string): string => value.trim().replace(/^\/+/, "");

function included(files: ReadonlyMap<string, string>, path: string, deep: number): PxelinuxLine[] {
  const text = files.get(path);
  if (text === undefined || deep === 0) return [];
  return parsePxelinux(text).flatMap((line) =>
    isInclude(line.says) ? included(files, pathOf(line.value), deep - 1) : [line],
  );
}

const firstLabel = (lines: readonly PxelinuxLine[]): number => {
  const at = lines.findIndex(({ says }) => says === "label" || says === "menu begin");
  return at < 0 ? lines.length : at;
};

/** Reads from `at` to the matching `menu end`, or to the end of the lines. */
function menuFrom(
  lines: readonly PxelinuxLine[],
  from: number,
  globalAppend: string,
): { menu: Menu; at: number } {
  const entries: MenuEntry[] = [];
  let title = "";
  let at = from;
  while (at < lines.length) {
    const line = lines[at]!;
    if (line.says === "menu end") return { menu: { title, entries }, at: at + 1 };
    if (line.says === "menu title") title = titleOf(line.value).text;
    if (line.says === "menu begin") {
      const inner = menuFrom(lines, at + 1, globalAppend);
      const own = lines.slice(at + 1, at + 1 + firstLabel(lines.slice(at + 1)));
      const shown = own.find(({ says }) => says === "menu label")?.value ?? inner.menu.title;
      entries.push({ is: "menu", label: line.value.trim(), title: titleOf(shown), menu: inner.menu });
      at = inner.at;
    } else if (line.says === "label") {
      const until = endOfLabel(lines, at + 1);
      const entry = entryOf(line.value.trim(), lines.slice(at + 1, until), globalAppend);
      if (entry !== undefined) entries.push(entry);
      at = until;
    } else at += 1;
  }
  return { menu: { title, entries }, at };
}

export function endOfLabel(lines: readonly PxelinuxLine[], from: number): number {
  const length = lines
    .slice(from)
    .findIndex(({ says }) => ["label", "menu begin", "menu end"].includes(says));
  return length < 0 ? lines.length : from + length;
}

function entryOf(label: string, body: readonly PxelinuxLine[], globalAppend: string): MenuEntry | undefined {
  const value = (...names: string[]) => body.findLast(({ says }) => names.includes(says))?.value.trim();
  const title = titleOf(value("menu label") ?? label);
  if (value("menu hide", "menu disable") !== undefined) return undefined;
  if (value("menu exit") !== undefined) return { is: "back", label, title };
  const file = value("config");
  if (file !== undefined) return { is: "config", label, title, file: pathOf(file) };
  if (!bootsLinux(body)) return undefined;
  const kernel = pathOf(value("kernel", "linux")!.split(/\s/)[0]!);
  const words = (value("append") ?? globalAppend).split(/\s+/).filter((word) => word !== "" && word !== "-");
  const named = [
    ...words.filter(isInitrd).map((word) => word.slice("initrd=".length)),
    value("initrd") ?? "",
  ];
  const initrds = named
    .flatMap((names) => names.split(","))
    .map(pathOf)
    .filter((name) => name !== "");
  return {
    is: "boot",
    label,
    title,
    kernel,
    initrds,
    append: words.filter((word) => !isInitrd(word)).join(" "),
  };
}

const isInitrd = (word: string): boolean => word.startsWith("initrd=");

/**
 * SYSLINUX tells what a `kernel` is by its extension; without one of these it is Linux (doc/syslinux.txt,
 * KERNEL).
 */
const NOT_LINUX = /\.(c32|com|cbt|0|bin|bs|bss|img)$/i;

/**
 * True for the lines of a label that start a Linux kernel, not a module, another configuration or the disk.
 */
export function bootsLinux(body: readonly PxelinuxLine[]): boolean {
  if (body.some(({ says }) => ["config", "localboot", "com32", "menu exit"].includes(says))) return false;
  const kernel = body.findLast(({ says }) => says === "kernel" || says === "linux");
  return kernel !== undefined && (kernel.says === "linux" || !NOT_LINUX.test(kernel.value.split(/\s/)[0]!));
}

/**
 * `^Install`: the caret marks the key that chooses the entry. Control characters (Debian rings the bell) go.
 */
function titleOf(value: string): Title {
  const key = /\^(\w)/.exec(value)?.[1]?.toLowerCase();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
  const text = value.replace(/[\x00-\x1f\x7f^]/g, "").trim();
  return key === undefined ? { text } : { text, key };
}
