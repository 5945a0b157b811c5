import type { Machine, TimelineEvent } from "../../src/api/shapes.ts";
import type { Frame } from "../../src/api/table.ts";
import { afterEvent, afterPage, emptyTimeline, type Timeline } from "./timeline.ts";

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
    case "heard":
      return heard(now, happening.frame);
  }
}

function heard(now: World, frame: Frame<"watch">): World {
  switch (frame.is) {
    case "machines":
      return { ...now, machines: byName(frame.machines) };
    case "machine":
      return { ...now, machines: byName([...(now.machines?.values() ?? []), frame.machine]) };
    case "gone":
      return {
        ...now,
        machines: byName([...(now.machines?.values() ?? [])].filter((m) => m.name !== frame.name)),
      };
    case "event":
      if (now.timeline === undefined || now.timeline.machine !== frame.event.machine) return now;
      return { ...now, timeline: afterEvent(now.timeline, frame.event) };
  }
}

/** m2 comes before m10, as people count. */
function byName(machines: readonly Machine[]): ReadonlyMap<string, Machine> {
  const latest = new Map(machines.map((machine) => [machine.name, machine]));
  const inOrder = [...latest.values()].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  return new Map(inOrder.map((machine) => [machine.name, machine]));
}
