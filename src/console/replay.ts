import type { CastEvent } from "./core/asciicast.ts";
import { screenRows } from "./core/screen-rows.ts";
import { SIGHTINGS, type Sighting, type SightingRule } from "./core/sightings.ts";
import { look, WATCHMAN } from "./core/watchman.ts";
import { Screen } from "./screen.ts";

/** As the console itself looks: at what passes, and at what stands when nothing came for a moment. */
export const LOOK_EVERY_MS = 60;
export const STILL_MS = 150;
export const RESTLESS_MS = 1000;

export type SeenAt = Sighting & { readonly ms: number };
type Events = Iterable<CastEvent> | AsyncIterable<CastEvent>;

/** What the rules make of a recording, with the moment of each, as it would have been sighted live. */
export async function* sightingsIn(
  events: Events,
  rules: readonly SightingRule[] = SIGHTINGS,
): AsyncGenerator<SeenAt> {
  const screen = new Screen();
  const rowsAfter = screenRows();
  let watchman = WATCHMAN;
  let unread: { since: number; last: number } | undefined;
  const seen = (ms: number, what: "passing" | "standing"): SeenAt[] => {
    const lines = what === "standing" ? screen.lines() : undefined;
    const looked = look(watchman, { passedLines: screen.passed(), screen: lines, at: ms, rules });
    watchman = looked.watchman;
    return looked.sightings.map((one) => ({ ...one, ms }));
  };
  try {
    for await (const { ms, code, text } of events) {
      if (code !== "o") continue;
      if (unread !== undefined && (ms - unread.last >= STILL_MS || ms - unread.since >= RESTLESS_MS)) {
        yield* seen(unread.last, "standing");
        unread = undefined;
      } else if (unread !== undefined && ms - unread.since >= LOOK_EVERY_MS) yield* seen(ms, "passing");
      unread = { since: unread?.since ?? ms, last: ms };
      const bytes = Buffer.from(text);
      screen.resize(rowsAfter(bytes));
      await screen.write(bytes);
    }
    if (unread !== undefined) yield* seen(unread.last, "standing");
  } finally {
    screen.dispose();
  }
}
