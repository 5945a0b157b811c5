import { failuresOf, type Journal, outcomeWords, type Step } from "./story.ts";

/** One act of a story that goes straight on: its limit, and how often it may fail before the story does. */
export type Stage<Act extends string> = {
  readonly act: Act;
  readonly withinMs: number;
  readonly tries: number;
  readonly restMs?: number; // between tries
};

/**
 * The plot of most stories: one stage after the other, each until it is fine. A journal of an older table
 * goes on where its acts still stand in this one.
 */
export function straightOn<Act extends string>(
  stages: readonly Stage<Act>[],
  journal: Journal,
  now: number,
): Step<Act> {
  for (const stage of stages) {
    if (journal.some(({ act, outcome }) => act === stage.act && outcome.is === "fine")) continue;
    const failures = failuresOf(journal, stage.act);
    const last = journal.at(-1);
    if (failures >= stage.tries && last !== undefined)
      return { do: "end", how: "failed", says: `${stage.act}: ${outcomeWords(last.outcome)}` };
    const restLeft = failures > 0 && last !== undefined ? last.at + (stage.restMs ?? 0) - now : 0;
    // more is left than there was: the clock was set back since, and how long it rested nobody knows
    if (restLeft > 0 && restLeft <= (stage.restMs ?? 0)) return { do: "rest", forMs: restLeft };
    return { do: "act", act: stage.act, withinMs: stage.withinMs };
  }
  return { do: "end", how: "done", says: "all is done" };
}
