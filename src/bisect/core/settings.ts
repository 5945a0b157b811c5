/** What a search was started with; it stands in the journal's first line and never changes. */
export type Settings = {
  readonly name: string;
  readonly repo: string; // where the mirror was cloned from
  readonly origin?: string; // where a repository of this machine was cloned from, without what lets in there
  readonly asked: { readonly old: string; readonly new: string }; // as typed
  readonly terms: { readonly old: string; readonly new: string };
  readonly paths: readonly string[];
  /** First-parent line, then inside the guilty merge; only that line; or the whole graph at once. */
  readonly walk: "stages" | "first-parent" | "whole";
  readonly oracle: Oracle;
  readonly build?: string;
  readonly deploy?: string;
  readonly hosts: readonly string[]; // none: this machine
  readonly withinMs: number; // of each command
  readonly keepBuilds?: number; // the least telling ones are removed; not said: KEPT_BUILDS
  readonly error: number;
  readonly budget?: { readonly runs: number } | { readonly ms: number };
  readonly leastChange?: number; // in parts of the old level: less does not count
  readonly changes?: "all"; // also make sure that there is no further one
  readonly leastShare?: number; // of the whole effect: a change of less beside the one found does not count
  readonly direction?: 1 | -1;
};

/** The most that a command may take where nothing else is said. */
export const USUAL_WITHIN_MS = 2 * 3_600_000;

/** Names a directory beside those of other searches: no way out of there. */
export const isName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name);

/** What tells how a commit behaves. */
export type Oracle =
  | { readonly is: "run"; readonly command: string; readonly reads: Reads }
  | ({ readonly is: "bench" } & BenchOracle)
  | { readonly is: "person"; readonly answers: "number" | "pass-fail" };

/** A fio job as it was at the start, and which number of a run is the reading. */
export type BenchOracle = {
  readonly job: { readonly name: string; readonly text: string };
  readonly set: readonly { readonly name: string; readonly value: string }[];
  readonly metric: string;
  readonly directory?: string; // where its files are, there
};

/** How a command's end becomes a reading. */
export type Reads =
  | { readonly by: "exit" } // as `git bisect run` has it
  | { readonly by: "last-line" }
  | { readonly by: "match"; readonly pattern: string }
  | { readonly by: "json"; readonly path: string };

export const answersOf = ({ oracle }: Pick<Settings, "oracle">): "number" | "pass-fail" => {
  if (oracle.is === "person") return oracle.answers;
  return oracle.is === "run" && oracle.reads.by === "exit" ? "pass-fail" : "number";
};
