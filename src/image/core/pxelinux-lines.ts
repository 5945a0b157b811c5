/**
 * One line of a PXELINUX or SYSLINUX configuration. Nothing is lost: the text stands as written, and lines
 * that say nothing we know (comments, blanks, help texts, other directives) are kept byte for byte.
 */
export type PxelinuxLine = {
  readonly text: string; // without its line end
  readonly end: string; // "\n", "\r\n", or "" for a last line without one
  readonly says: string; // the directive in lower case, with its second word for menu and text; or ""
  readonly value: string; // what follows the directive, trailing blanks included
};

export function parsePxelinux(text: string): PxelinuxLine[] {
  const lines: PxelinuxLine[] = [];
  let inHelp = false;
  for (const [whole, body, end] of text.matchAll(/([^\n]*?)(\r?\n|$)/g)) {
    if (whole === "") continue;
    const line = lineOf(body!, end!);
    lines.push(inHelp && line.says !== "endtext" ? { ...line, says: "", value: "" } : line);
    if (line.says === "text help") inHelp = true;
    if (line.says === "endtext") inHelp = false;
  }
  return lines;
}

export const printPxelinux = (lines: readonly PxelinuxLine[]): string =>
  lines.map(({ text, end }) => text + end).join("");

/** The same line with another value, its indentation and spacing untouched. */
export function withValue(line: PxelinuxLine, value: string): PxelinuxLine {
  const head = line.text.slice(0, line.text.length - line.value.length);
  const gap = line.value === "" && !/\s$/.test(head) ? " " : "";
  return { ...line, text: head + gap + value, value };
}

export const newLine = (text: string, end = "\n"): PxelinuxLine => lineOf(text, end);

/** Directives of these words have a second word that decides what they mean. */
const TWO_WORDS = ["menu", "text"];

function lineOf(text: string, end: string): PxelinuxLine {
  const words = /^\s*(\S+)(\s+(\S+))?/.exec(text);
  const [first, second] = [words?.[1]?.toLowerCase() ?? "", words?.[3]?.toLowerCase() ?? ""];
  if (first === "" || first.startsWith("#")) return { text, end, says: "", value: "" };
  const isTwo = TWO_WORDS.includes(first) && second !== "";
  const skip = isTwo ? /^\s*\S+\s+\S+\s*/ : /^\s*\S+\s*/;
  return { text, end, says: isTwo ? `${first} ${second}` : first, value: text.replace(skip, "") };
}
