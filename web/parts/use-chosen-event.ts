import { useCallback } from "react";
import type { TimelineEvent } from "../../src/api/shapes.ts";
import { useParam } from "../router.tsx";

/** The event that the page's address names, so that it can be linked to. */
export type ChosenEvent = {
  readonly selected: number | undefined;
  readonly select: (event: TimelineEvent | undefined) => void;
};

export function useChosenEvent(): ChosenEvent {
  const [named, name] = useParam("event");
  const select = useCallback(
    (event: TimelineEvent | undefined) => name(event === undefined ? "" : `${event.id}`),
    [name],
  );
  const id = Number.parseInt(named, 10);
  return { selected: Number.isNaN(id) ? undefined : id, select };
}
