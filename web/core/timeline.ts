import type { TimelineEvent } from "../../src/api/shapes.ts";

/** One machine's events in the order they happened, each once; `through` is the id up to which none is missing. */
export type Timeline = {
  readonly machine: string;
  readonly events: readonly TimelineEvent[];
  readonly through: number;
  readonly whole: boolean; // everything up to now is here
  readonly begins: boolean; // nothing older is to be had, from the service or for this page's memory
};

export const MOST_EVENTS = 5000;

export const emptyTimeline = (machine: string): Timeline => ({
  machine,
  events: [],
  through: 0,
  whole: false,
  begins: false,
});

/** The last events there are: from here on everything is heard. */
export function afterNewest(now: Timeline, page: readonly TimelineEvent[], asked: number): Timeline {
  const isAll = page.length < asked && now.events.length === 0;
  return { ...afterPage(now, page, false), begins: now.begins || isAll };
}

/** Events from before the oldest one here. */
export function afterOlder(now: Timeline, page: readonly TimelineEvent[], asked: number): Timeline {
  const longer = page.reduce(placed, now);
  return { ...longer, begins: page.length < asked || longer.events.length >= MOST_EVENTS };
}

export const oldestOf = ({ events }: Timeline): number =>
  events.reduce((lowest, { id }) => Math.min(lowest, id), Number.POSITIVE_INFINITY);

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
  return { ...now, events: longer.slice(over) };
}

const isBefore = (a: TimelineEvent, b: TimelineEvent): boolean =>
  a.at < b.at || (a.at === b.at && a.id < b.id);
