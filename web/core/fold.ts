import type { TimelineEvent } from "../../src/api/shapes.ts";

/** One row of the timeline: the events that say the same of different numbers. */
export type Fold = {
  readonly key: string;
  readonly shape: string;
  readonly events: readonly TimelineEvent[];
};

const NEARBY_MS = 60_000;

/**
 * Neighbours of one shape become one row, however far apart. A retry that alternates between two rows
 * (asked, not answered, asked, not answered) also folds, but only within a minute: across a longer pause it
 * is a new story.
 */
export function fold(events: readonly TimelineEvent[]): readonly Fold[] {
  const rows: { key: string; shape: string; events: TimelineEvent[] }[] = [];
  for (const event of events) {
    const shape = shapeOf(event);
    const at = joined(rows, shape, event.at);
    const row = rows[at];
    if (row === undefined) rows.push({ key: `${event.id}`, shape, events: [event] });
    else row.events.push(event);
  }
  return rows;
}

function joined(rows: readonly Fold[], shape: string, at: number): number {
  const last = rows.length - 1;
  if (rows[last]?.shape === shape) return last;
  const before = rows[last - 1];
  const isNear = before?.shape === shape && at - before.events.at(-1)!.at <= NEARBY_MS;
  return isNear ? last - 1 : rows.length;
}

/** Numbers, addresses and identifiers differ between repeats; the words around them do not. */
export function shapeOf({ kind, says }: TimelineEvent): string {
  const words = says
    .replace(/\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b/gi, "#")
    .replace(/\b0x[0-9a-f]+\b/gi, "#")
    .replace(/\d+(?:[.,:]\d+)*/g, "#");
  return `${kind} ${words}`;
}

/** What a person typed into the timeline's filter, against everything an event says. */
export function isAbout(event: TimelineEvent, wanted: string): boolean {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = `${event.kind} ${event.says} ${JSON.stringify(event.detail)}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Which room saw it: the word of its kind before the dot. */
export const roomOf = ({ kind }: Pick<TimelineEvent, "kind">): string => kind.split(".")[0]!;
