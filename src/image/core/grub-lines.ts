/**
 * One line of a GRUB configuration, kept as written; `says` is its first word, "" for a blank or a comment.
 */
export type GrubLine = {
  readonly text: string; // without its line end
  readonly end: string;
  readonly says: string;
  readonly value: string; // what follows the first word
};
/**
 * A `menuentry` or `submenu`: where it stands, and what it holds. `from` is its own line, `to` its closing
 * brace.
 */
export type GrubEntry = {
  readonly is: "menuentry" | "submenu";
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly entries: readonly GrubEntry[];
};

export function parseGrub(text: string): GrubLine[] {
  const lines = [...text.matchAll(/([^\n]*?)(\r?\n|$)/g)].filter(([whole]) => whole !== "");
  return lines.map(([, body, end]) => grubLine(body!, end!));
}

export const printGrub = (lines: readonly GrubLine[]): string =>
  lines.map(({ text, end }) => text + end).join("");

export function grubLine(text: string, end = "\n"): GrubLine {
  const says = /^\s*([^\s#]\S*)/.exec(text)?.[1] ?? "";
  return { text, end, says, value: says === "" ? "" : text.replace(/^\s*\S+\s*/, "") };
}

export const withGrubValue = (line: GrubLine, value: string): GrubLine =>
  grubLine(line.text.slice(0, line.text.length - line.value.length) + value, line.end);

export const isLinux = ({ says }: GrubLine): boolean => ["linux", "linux16", "linuxefi"].includes(says);

/** The entries in the order GRUB numbers them; blocks that nobody closes end with the file. */
export function grubEntries(lines: readonly GrubLine[]): GrubEntry[] {
  return entriesFrom(lines, 0, lines.length);
}

function entriesFrom(lines: readonly GrubLine[], from: number, until: number): GrubEntry[] {
  const entries: GrubEntry[] = [];
  for (let at = from; at < until; at += 1) {
    const { says, value } = lines[at]!;
    if (says !== "menuentry" && says !== "submenu") continue;
    const to = closingBrace(lines, at, until);
    const inner = says === "submenu" ? entriesFrom(lines, at + 1, to) : [];
    entries.push({ is: says, title: grubTitle(value), from: at, to, entries: inner });
    at = to;
  }
  return entries;
}

function closingBrace(lines: readonly GrubLine[], from: number, until: number): number {
  let deep = 0;
  for (let at = from; at < until; at += 1) {
    const { text } = lines[at]!;
    if (text.trimEnd().endsWith("{")) deep += 1;
    if (/^\s*\}/.test(text)) deep -= 1;
    if (deep === 0) return at;
  }
  return until;
}

/** The first word that is no option, out of its quotes. */
function grubTitle(value: string): string {
  const title = /^(?:--\S+\s+)*(?:'([^']*)'|"([^"]*)"|(\S+))/.exec(value);
  return title?.[1] ?? title?.[2] ?? title?.[3] ?? "";
}
