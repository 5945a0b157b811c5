import type { Entry, Journal, Json, Told } from "./story.ts";

/** A journal in a file: what was asked for, then each entry, then how it ended; a JSON object a line. */
export type Line =
  | { readonly story: Told }
  | { readonly entry: Entry }
  | { readonly cancelled: { readonly at: number; readonly by: string } }
  | { readonly end: End };
export type End = { readonly how: "done" | "failed" | "cancelled"; readonly says: string };

export type Written = {
  readonly story: Told;
  readonly journal: Journal;
  readonly cancelled: boolean;
  readonly end: End | undefined;
  /** How many characters of the text count: what follows was cut off in the middle of a write. */
  readonly whole: number;
};
export type Flawed = { readonly flaw: string; readonly line: number };

export const lineOf = (line: Line): string => `${JSON.stringify(line)}\n`;

/** A last line without its end was never acknowledged and does not count; any other that makes no sense is a flaw. */
export function readJournal(text: string): Written | Flawed {
  const whole = text.lastIndexOf("\n") + 1;
  const lines = text.slice(0, whole).split("\n").slice(0, -1);
  let story: Told | undefined;
  let cancelled = false;
  let end: End | undefined;
  const journal: Entry[] = [];
  for (const [at, raw] of lines.entries()) {
    const line = parsed(raw);
    if (line === undefined || (at === 0) !== "story" in line)
      return { flaw: "it is no line of a journal", line: at + 1 };
    if ("story" in line) story = line.story;
    else if ("end" in line) end = line.end;
    else if ("cancelled" in line) cancelled = true;
    else if (line.entry.seq === journal.length + 1) journal.push(line.entry);
    else return { flaw: `entry ${line.entry.seq} stands where ${journal.length + 1} belongs`, line: at + 1 };
  }
  if (story === undefined) return { flaw: "it has no first line", line: 1 };
  return { story, journal, cancelled, end, whole };
}

function parsed(raw: string): Line | undefined {
  const value = jsonOf(raw);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.keys(FITS).some((key) => key in value && FITS[key]!((value as Record<string, Json>)[key]!))
    ? (value as unknown as Line)
    : undefined;
}

const has = (value: Json, types: Readonly<Record<string, string>>): boolean =>
  typeof value === "object" &&
  value !== null &&
  Object.entries(types).every(([key, type]) => typeof (value as Record<string, unknown>)[key] === type);

const FITS: Readonly<Record<string, (value: Json) => boolean>> = {
  story: (value) => has(value, { id: "number", kind: "string", lane: "string", by: "string" }),
  entry: (value) => has(value, { seq: "number", at: "number", act: "string", outcome: "object" }),
  cancelled: (value) => has(value, { at: "number", by: "string" }),
  end: (value) => has(value, { how: "string", says: "string" }),
};

function jsonOf(raw: string): Json | undefined {
  try {
    return JSON.parse(raw) as Json;
  } catch {
    return undefined;
  }
}
