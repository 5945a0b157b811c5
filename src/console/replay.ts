import type { CastEvent } from "./core/asciicast.ts";
import { COLUMNS, screenRows } from "./core/screen-rows.ts";
import { SIGHTINGS, type Sighting, type SightingRule } from "./core/sightings.ts";
import { look, WATCHMAN } from "./core/watchman.ts";
import { LOOK_EVERY_MS, RESTLESS_MS, STILL_MS } from "./reader.ts";
import { Screen } from "./screen.ts";

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
      screen.write(bytes);
    }
    if (unread !== undefined) yield* seen(unread.last, "standing");
  } finally {
    screen.dispose();
  }
}

const TURN = 64 * 1024;

/** The screen as it stood at a moment: all that was said before it, interpreted; others have their turn meanwhile. */
export async function screenAt(
  events: AsyncIterable<CastEvent>,
  ms: number,
): Promise<{ screen: string; columns: number; rows: number }> {
  const screen = new Screen();
  const rowsAfter = screenRows();
  let pending: Uint8Array[] = [];
  let waiting = 0;
  const draw = () => {
    screen.write(Buffer.concat(pending));
    [pending, waiting] = [[], 0];
  };
  try {
    for await (const event of events) {
      if (event.ms >= ms) break;
      if (event.code !== "o") continue;
      const bytes = Buffer.from(event.text);
      const rows = rowsAfter(bytes);
      if (rows !== screen.rows) {
        draw();
        screen.resize(rows);
      }
      pending.push(bytes);
      waiting += bytes.length;
      if (waiting < TURN) continue;
      draw();
      await new Promise((resolve) => setImmediate(resolve));
    }
    draw();
    return { screen: screen.redraw(), columns: COLUMNS, rows: screen.rows };
  } finally {
    screen.dispose();
  }
}
