import type { TimelineEvent } from "../../src/api/shapes.ts";

/** One machine's events in the order they happened, each once; `through` is the id up to which none is missing. */
export type Timeline = {
  readonly machine: string;
  readonly events: readonly TimelineEvent[];
  readonly through: number;
  readonly whole: boolean; // everything up to now is here
  readonly cut: number; // how many of the oldest were let go
};

export const MOST_EVENTS = 5000;

export const emptyTimeline = (machine: string): Timeline => ({
  machine,
  events: [],
  through: 0,
  whole: false,
  cut: 0,
});

/** A page that was asked for: it continues from `through`, so it moves `through` on. */
export function afterPage(now: Timeline, page: readonly TimelineEvent[], more: boolean): Timeline {
  const added = page.reduce(placed, now);
  const asked = page.reduce((highest, event) => Math.max(highest, event.id), now.through);
  const through = more ? asked : added.events.reduce((highest, event) => Math.max(highest, event.id), asked);
  return { ...added, through, whole: !more };
}

/** An event that came by itself: it proves nothing about those before it until the pages have caught up. */
export function afterEvent(now: Timeline, event: TimelineEvent): Timeline {
  const added = placed(now, event);
  return now.whole ? { ...added, through: Math.max(now.through, event.id) } : added;
}

/** By time, then by id: an agent that was cut off hands its events in late, and they belong where they happened. */
function placed(now: Timeline, event: TimelineEvent): Timeline {
  const { events } = now;
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(events[middle]!, event)) low = middle + 1;
    else high = middle;
  }
  if (events[low]?.id === event.id) return now;
  const longer = [...events.slice(0, low), event, ...events.slice(low)];
  const over = Math.max(0, longer.length - MOST_EVENTS);
  return { ...now, events: longer.slice(over), cut: now.cut + over };
}

const isBefore = (a: TimelineEvent, b: TimelineEvent): boolean =>
  a.at < b.at || (a.at === b.at && a.id < b.id);
