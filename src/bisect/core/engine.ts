/** What is searched, how sure the answer is to be, and what is known of it: all that the engine is told. */
export type Search = {
  /**
   * Commits by number, parents before children; parents of c are `parents[starts[c]]` up to
   * `parents[starts[c + 1] - 1]`.
   */
  readonly history: { readonly size: number; readonly parents: Int32Array; readonly starts: Int32Array };
  readonly prior?: readonly number[]; // 0: its files are its parent's
  readonly answers: "number" | "pass-fail"; // of pass-fail, 0 is the old state and 1 the new
  readonly error: number; // the accepted probability of a wrong culprit, 0.01
  readonly direction?: 1 | -1; // the new end is known to read higher, or lower
  /** Known from long experience with the same bench; else both levels and the noise are learnt. */
  readonly levels?: { readonly old: number; readonly new: number; readonly noise: number };
  /**
   * Builds differ from each other though their code does the same. "when-seen": the commits next to the
   * ends are read too, and the offset is modelled when they differ more than their readings do.
   */
  readonly offsets: "when-seen" | "on" | "off";
  readonly drift: "when-seen" | "on" | "off"; // the machine gets faster or slower while we measure
  readonly outliers: "clip" | "keep";
  readonly smallestEffect: number; // below this many deviations of a reading an effect counts as none: 0.3
  /** In parts of the old level: a change of less does not count, 0.05 for 5 %. */
  readonly smallestChange?: number;
  /** Every change is searched for, and that there is no further one made sure; else only what shows by itself. */
  readonly changes?: "all";
  /** The smallest part of the whole effect that counts as a change beside the one that was found: 0.25. */
  readonly leastShare?: number;
  readonly mostRuns?: number;
  readonly machines: readonly string[];
};

export type Reading = {
  readonly commit: number; // OLD_END: the old end
  readonly build: string;
  readonly machine: string;
  readonly value: number;
};

export type Evidence = {
  readonly readings: readonly Reading[]; // in the order in which they were taken
  readonly built: ReadonlySet<number>;
  readonly refused: ReadonlySet<number>;
  readonly deployed: ReadonlyMap<string, number>;
  readonly pending: readonly { readonly commit: number; readonly machine: string }[];
  readonly minutes: { readonly run: number; readonly build: number; readonly deploy: number };
};

export const OLD_END = -1;

/** In the unit of the readings, with a 95 % interval. */
export type Effect = { readonly mean: number; readonly low: number; readonly high: number };

/** Another change than the one that was found: after the one commit and up to the other, most likely. */
export type Also<Commit> = {
  readonly after: Commit;
  readonly upTo: Commit;
  readonly commits?: readonly Commit[]; // when it was found too
  readonly probability: number; // of being there
  readonly effect: Effect;
  readonly share: Effect; // of what all changes make together, 0 to 1
};

/** Over what stands for a commit: its number to the engine, its id to everybody else. */
export type Verdict<Commit> =
  | {
      readonly is: "found";
      readonly commits: readonly Commit[]; // more than one where nothing that builds tells them apart
      readonly probability: number;
      readonly effect: Effect;
      readonly share?: Effect; // of the whole, where there are several: then this is the largest
      readonly also?: readonly Also<Commit>[]; // there is more than one change
      /** How probable there is a further change of this size, where every change was asked for. */
      readonly others?: { readonly least: number; readonly probability: number };
    }
  | {
      readonly is: "not-reproduced";
      readonly effect: Effect;
      readonly noise: number;
      readonly least?: number; // a smaller effect was not to be looked for
    }
  | {
      readonly is: "unsettled";
      readonly because: "budget" | "no-end" | "nothing-left-to-read";
      readonly left: readonly { readonly commit: Commit; readonly probability: number }[];
      readonly probability: number;
      readonly runsToSettle: number;
      readonly effect: Effect;
    };

/** What a found change shares with others that were found: kept when a search goes on inside a merge. */
export type Beside<Commit> = Pick<Extract<Verdict<Commit>, { is: "found" }>, "share" | "also" | "others">;

export type Next =
  | { readonly do: "read"; readonly commit: number; readonly because: string }
  | { readonly do: "wait"; readonly because: string }
  | { readonly do: "stop"; readonly verdict: Verdict<number> };

/** In 8 searches of 10 it comes out between `low` and `high`. */
export type Span = { readonly low: number; readonly likely: number; readonly high: number };

/** What a search for one change still takes. */
export type Forecast = {
  readonly readings: Span;
  readonly builds: number; // of commits that were not built yet
};

/**
 * From the evidence alone: what to read next or the verdict, and how probable each commit is the first
 * changed one.
 */
export type Engine = (
  search: Search,
  evidence: Evidence,
) => { readonly next: Next; readonly chances: ArrayLike<number>; readonly forecast?: Forecast };
