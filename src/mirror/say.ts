import type { EventKind, Observed } from "../base/event.ts";
import { printable } from "../base/text.ts";

/** Leaves an event; the sentence is a stranger's words in part. */
export type Say = (kind: EventKind, says: string, detail: Record<string, unknown>) => void;

const SAID_AGAIN_MS = 10 * 60_000;
const MOST_REMEMBERED = 500;
const MINUTE_MS = 60_000;
const MOST_A_MINUTE = 60;

/**
 * The same sentence is left once in ten minutes: a rack of machines meets the same trouble at once. Of all
 * sentences there are sixty a minute, because a stranger can make up any number; the next counts the others.
 */
export function sayTo(observe: (event: Observed) => void, now: () => number): Say {
  const said = new Map<string, number>();
  let [minute, count, unsaid] = [0, 0, 0];
  return (kind, words, detail) => {
    const says = printable(words, 400);
    const at = now();
    if (at - (said.get(says) ?? Number.NEGATIVE_INFINITY) < SAID_AGAIN_MS && kind !== "mirror.upstream")
      return;
    if (Math.floor(at / MINUTE_MS) !== minute) [minute, count] = [Math.floor(at / MINUTE_MS), 0];
    count += 1;
    if (count > MOST_A_MINUTE) unsaid += 1;
    if (count > MOST_A_MINUTE) return;
    said.delete(says);
    said.set(says, at);
    if (said.size > MOST_REMEMBERED) said.delete(said.keys().next().value!);
    observe({ kind, at, says, detail: unsaid > 0 ? { ...detail, unsaid } : detail });
    unsaid = 0;
  };
}
