import type { Machine, TimelineEvent } from "../../src/api/shapes.ts";
import type { Frame } from "../../src/api/table.ts";
import { afterEvent, afterNewest, afterOlder, afterPage, emptyTimeline, type Timeline } from "./timeline.ts";

export type Link =
  | { readonly is: "connecting" }
  | { readonly is: "live" }
  | { readonly is: "away"; readonly because: string; readonly nextTryAt: number };

/** All that the page knows; it changes only by `step`. */
export type World = {
  readonly link: Link;
  readonly machines: ReadonlyMap<string, Machine> | undefined; // undefined: not heard yet
  readonly timeline: Timeline | undefined; // of the machine that is looked at
};

export type Happening =
  | { readonly is: "link"; readonly link: Link }
  | { readonly is: "heard"; readonly frame: Frame<"watch"> }
  | { readonly is: "opened"; readonly machine: string }
  | { readonly is: "closed" }
  | {
      readonly is: "page";
      readonly machine: string;
      readonly events: readonly TimelineEvent[];
      readonly more: boolean;
    }
  | {
      readonly is: "newest" | "older";
      readonly machine: string;
      readonly events: readonly TimelineEvent[];
      readonly asked: number;
    };

export const START: World = { link: { is: "connecting" }, machines: undefined, timeline: undefined };

export function step(now: World, happening: Happening): World {
  switch (happening.is) {
    case "link":
      return { ...now, link: happening.link, timeline: now.timeline && { ...now.timeline, whole: false } };
    case "opened":
      return { ...now, timeline: emptyTimeline(happening.machine) };
    case "closed":
      return { ...now, timeline: undefined };
    case "page":
      if (now.timeline?.machine !== happening.machine) return now;
      return { ...now, timeline: afterPage(now.timeline, happening.events, happening.more) };
    case "newest":
    case "older": {
      if (now.timeline?.machine !== happening.machine) return now;
      const joined = happening.is === "older" ? afterOlder : afterNewest;
      return { ...now, timeline: joined(now.timeline, happening.events, happening.asked) };
    }
    case "heard":
      return heard(now, happening.frame);
  }
}

function heard(now: World, frame: Frame<"watch">): World {
  switch (frame.is) {
    case "machines":
      return { ...now, machines: byName(frame.machines) };
    case "machine":
      return { ...now, machines: withOne(now.machines, frame.machine) };
    case "gone":
      return { ...now, machines: without(now.machines, frame.name) };
    case "event":
      if (now.timeline === undefined || now.timeline.machine !== frame.event.machine) return now;
      return { ...now, timeline: afterEvent(now.timeline, frame.event) };
  }
}

type Machines = ReadonlyMap<string, Machine>;

/** A known machine keeps its place, so that fifty changes a second among a thousand sort nothing. */
function withOne(known: Machines = new Map(), changed: Machine): Machines {
  if (!known.has(changed.name)) return byName([...known.values(), changed]);
  return new Map(known).set(changed.name, changed);
}

function without(known: Machines = new Map(), name: string): Machines {
  const rest = new Map(known);
  rest.delete(name);
  return rest;
}

/** m2 comes before m10, as people count. */
const BY_NAME = new Intl.Collator("en", { numeric: true });
function byName(machines: readonly Machine[]): Machines {
  const inOrder = [...machines].sort((a, b) => BY_NAME.compare(a.name, b.name));
  return new Map(inOrder.map((machine) => [machine.name, machine]));
}
