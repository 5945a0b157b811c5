import type { EventKind, Observed } from "../base/event.ts";
import { printable } from "../base/text.ts";

/** Leaves an event; the sentence is a stranger's words in part. */
export type Say = (kind: EventKind, says: string, detail: Record<string, unknown>) => void;

const SAID_AGAIN_MS = 10 * 60_000;
const MOST_REMEMBERED = 500;

/** The same sentence is left once in ten minutes: a rack of machines meets the same trouble at once. */
export function sayTo(observe: (event: Observed) => void, now: () => number): Say {
  const said = new Map<string, number>();
  return (kind, words, detail) => {
    const says = printable(words, 400);
    const at = now();
    if (at - (said.get(says) ?? Number.NEGATIVE_INFINITY) < SAID_AGAIN_MS && kind !== "mirror.upstream")
      return;
    said.delete(says);
    said.set(says, at);
    if (said.size > MOST_REMEMBERED) said.delete(said.keys().next().value!);
    observe({ kind, at, says, detail });
  };
}
