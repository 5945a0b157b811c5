/** What came of an act. A failure is told, never thrown away: the plot decides whether it is tried again. */
export type Outcome =
  | { readonly is: "fine"; readonly value: Json }
  | { readonly is: "failed"; readonly why: string; readonly fault?: string } // the fault's id when it was one
  | { readonly is: "late"; readonly withinMs: number };

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One act that was carried out, in its place: a story's only memory. */
export type Entry = {
  readonly seq: number; // from 1, without a gap
  readonly at: number; // when it ended, milliseconds since 1970
  readonly act: string;
  readonly outcome: Outcome;
};

export type Journal = readonly Entry[];

/** What a story does next. Nothing but its subject, its journal and the clock decides. */
export type Step<Act extends string = string> =
  | { readonly do: "act"; readonly act: Act; readonly withinMs: number }
  | { readonly do: "rest"; readonly forMs: number }
  | { readonly do: "end"; readonly how: "done" | "failed"; readonly says: string };

/** A story that somebody asked for. Stories of one lane are told one after the other: a machine is a lane. */
export type Told = {
  readonly id: number;
  readonly kind: string;
  readonly lane: string;
  readonly subject: Json;
  readonly by: string;
};

/** How often an act of that name was carried out in a row at the journal's end, without being fine. */
export function failuresOf(journal: Journal, act: string): number {
  let count = 0;
  for (let at = journal.length - 1; at >= 0; at -= 1) {
    const entry = journal[at]!;
    if (entry.act !== act || entry.outcome.is === "fine") break;
    count += 1;
  }
  return count;
}

/** What an act came to, the last time it was fine. */
export function cameTo(journal: Journal, act: string): Json | undefined {
  const found = journal.findLast((entry) => entry.act === act && entry.outcome.is === "fine");
  return found?.outcome.is === "fine" ? found.outcome.value : undefined;
}

/** In words: "failed: the BMC does not answer". */
export function outcomeWords(outcome: Outcome): string {
  switch (outcome.is) {
    case "fine":
      return "fine";
    case "failed":
      return `failed: ${outcome.why}`;
    case "late":
      return `not done within ${outcome.withinMs / 1000} s`;
  }
}
