import { passed, SIGHTINGS, type Sighting, type SightingRule, standing } from "./sightings.ts";

/** Turns looks at the screen into sightings, each once: it remembers what stood and which lines it has read. */
export type Watchman = {
  readonly stands: string;
  readonly cursorLine: string;
  readonly read: readonly string[];
  readonly told: readonly { readonly id: string; readonly at: number }[]; // within the last minute
};
export type Look = {
  readonly passedLines: readonly string[]; // since the last look, beginning with the line the cursor was on then
  readonly screen: readonly string[] | undefined; // undefined while it is still being drawn
  readonly at: number;
  readonly rules?: readonly SightingRule[];
};

export const WATCHMAN: Watchman = { stands: "", cursorLine: "", read: [], told: [] };
/** A machine that repeats itself, or wants to flood the timeline, is told of so often a minute for each rule. */
const MOST_A_MINUTE = 20;
const MINUTE = 60_000;

export function look(
  now: Watchman,
  { passedLines, screen, at, rules = SIGHTINGS }: Look,
): { watchman: Watchman; sightings: Sighting[] } {
  // While it is still being written, the line under the cursor may end in the middle of a word.
  const [first = "", ...more] = screen === undefined ? passedLines.slice(0, -1) : passedLines;
  // The line under the cursor is read again when it has grown; what was sighted on it is not sighted twice.
  const again = first.startsWith(now.cursorLine) && now.cursorLine !== "" ? now.read : [];
  const onFirst = passed([first], rules).filter((seen) => !again.includes(seen.id));
  const stands = screen === undefined ? undefined : standing(screen, rules);
  const key =
    screen === undefined ? now.stands : stands === undefined ? "" : `${stands.id} ${stands.subject}`;
  const last = passedLines.at(-1) ?? "";
  const isSameLine = passedLines.length === 1 && screen === undefined;
  const isNew = stands !== undefined && key !== now.stands;
  const seen = [...onFirst, ...passed(more, rules), ...(isNew ? [stands] : [])];
  const { told, sightings } = bounded(now.told, seen, at);
  const read = isSameLine ? now.read : screen === undefined ? [] : passed([last], rules).map(({ id }) => id);
  return { watchman: { stands: key, cursorLine: last, read, told }, sightings };
}

function bounded(before: Watchman["told"], seen: readonly Sighting[], at: number) {
  const told = before.filter((one) => one.at > at - MINUTE && one.at <= at);
  const sightings = seen.filter(({ id }) => {
    const isQuiet = told.filter((one) => one.id === id).length >= MOST_A_MINUTE;
    if (!isQuiet) told.push({ id, at });
    return !isQuiet;
  });
  return { told, sightings };
}
