import { passed, type Sighting, standing } from "./sightings.ts";

/** Turns looks at the screen into sightings, each once: it remembers what stood and which lines it has read. */
export type Watchman = {
  readonly stands: string;
  readonly cursorLine: string;
  readonly read: readonly string[];
};
export type Look = {
  readonly passedLines: readonly string[]; // since the last look, beginning with the line the cursor was on then
  readonly screen: readonly string[] | undefined; // undefined while it is still being drawn
};

export const WATCHMAN: Watchman = { stands: "", cursorLine: "", read: [] };

export function look(
  now: Watchman,
  { passedLines, screen }: Look,
): { watchman: Watchman; sightings: Sighting[] } {
  const [first = "", ...more] = passedLines;
  // The line under the cursor is read again when it has grown; what was sighted on it is not sighted twice.
  const again = first.startsWith(now.cursorLine) && now.cursorLine !== "" ? now.read : [];
  const onFirst = passed([first]).filter((seen) => !again.includes(seen.id));
  const stands = screen === undefined ? undefined : standing(screen);
  const key =
    screen === undefined ? now.stands : stands === undefined ? "" : `${stands.id} ${stands.subject}`;
  const last = passedLines.at(-1) ?? "";
  return {
    watchman: {
      stands: key,
      cursorLine: last,
      read: passed([last]).map((seen) => seen.id),
    },
    sightings: [...onFirst, ...passed(more), ...(stands !== undefined && key !== now.stands ? [stands] : [])],
  };
}
