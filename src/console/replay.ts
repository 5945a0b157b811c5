import type { CastEvent } from "./core/asciicast.ts";
import { COLUMNS, screenRows } from "./core/screen-rows.ts";
import { SIGHTINGS, type Sighting, type SightingRule } from "./core/sightings.ts";
import { Reader } from "./reader.ts";
import { ROUND_MS } from "./rota.ts";
import { Screen } from "./screen.ts";

export type SeenAt = Sighting & { readonly ms: number };
type Events = Iterable<CastEvent> | AsyncIterable<CastEvent>;

/** What the rules make of a recording, with the moment of each, as it would have been sighted live. */
export async function* sightingsIn(
  events: Events,
  rules: readonly SightingRule[] = SIGHTINGS,
): AsyncGenerator<SeenAt> {
  let at = 0;
  const seen: SeenAt[] = [];
  const reader = new Reader({
    ...{ even: () => at, rules: () => rules, resized: () => {}, skipped: () => {} },
    sighted: (one) => seen.push({ ...one, ms: at }),
  });
  try {
    for await (const { ms, code, text } of events) {
      if (code !== "o") continue;
      do at = Math.min(at + ROUND_MS, ms);
      while (reader.visit(at) && at < ms);
      yield* seen.splice(0);
      at = ms;
      reader.hear(Buffer.from(text), at);
    }
    do at += ROUND_MS;
    while (reader.visit(at));
    yield* seen;
  } finally {
    reader.stop();
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
