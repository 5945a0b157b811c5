import { useCallback, useState } from "react";
import type { TimelineEvent } from "../../src/api/shapes.ts";
import { useParam } from "../router.tsx";

/** The one time axis of a machine's page: which moment timeline and console both show. */
export type OneTime = {
  readonly selected: number | undefined; // the event that the address names
  readonly moment: number | undefined; // what the console shows; undefined: the present
  readonly select: (event: TimelineEvent | undefined) => void;
  readonly hover: (at: number | undefined) => void;
  readonly goTo: (at: number) => void;
};

export function useOneTime(): OneTime {
  const [named, name] = useParam("event");
  const [chosen, choose] = useState<number>();
  const [hovered, hover] = useState<number>();
  const select = useCallback(
    (event: TimelineEvent | undefined) => {
      choose(event?.at);
      hover(undefined);
      name(event === undefined ? "" : `${event.id}`);
    },
    [name],
  );
  const id = Number.parseInt(named, 10);
  return {
    selected: Number.isNaN(id) ? undefined : id,
    moment: hovered ?? chosen,
    select,
    hover,
    goTo: choose,
  };
}
