import { quoted } from "../../base/quoted.ts";
import type { Verdict } from "./engine.ts";
import type { State } from "./replay.ts";
import type { Stage } from "./stage.ts";

/**
 * The search as a `git bisect log`, which `git bisect replay` takes: each measured commit by the state that
 * the verdict, or what is known so far, gives it. The readings themselves stand in comments.
 */
export function gitBisectLog(
  state: State,
  known: {
    readonly chances: ArrayLike<number>;
    readonly outcome?: Verdict<string>;
    readonly parents: readonly string[]; // of the commit that was found
    readonly subjects: ReadonlyMap<string, string>;
  },
): string {
  const { settings, stages, readings, refused } = state;
  const { terms, paths, error } = settings;
  const { outcome, parents, chances, subjects } = known;
  const found = outcome?.is === "found" && outcome.commits.length === 1 ? outcome.commits[0]! : undefined;
  const culprits = [...state.through.map(({ merge }) => merge), ...(found === undefined ? [] : [found])];
  const newest = stages[0]!.ids.at(-1)!;
  const states = new Map<string, "old" | "new" | "open">([
    [stages[0]!.old, "old"],
    [newest, "new"],
  ]);
  for (const { commit } of readings) states.set(commit, states.get(commit) ?? stateOf(commit));
  for (const parent of parents) states.set(parent, "old");
  if (found !== undefined) states.set(found, "new");

  function stateOf(commit: string): "old" | "new" | "open" {
    const at = stages.findLastIndex(({ ids }) => ids.includes(commit));
    if (at < 0) return "old"; // where a branch forked
    const stage = stages[at]!;
    const before = ancestors(stage, commit);
    const culprit = culprits[at];
    if (culprit !== undefined && stage.ids.includes(culprit)) return before.has(culprit) ? "new" : "old";
    if (culprit !== undefined) return "old"; // the merge itself did it: nothing of the branch shows it
    const shows = stage.ids.reduce(
      (sum, one, place) => sum + (before.has(one) ? (chances[place] ?? 0) : 0),
      0,
    );
    return shows >= 1 - error ? "new" : shows <= error ? "old" : "open";
  }

  const pathWords = paths.length === 0 ? [] : ["--", ...paths].map(quoted);
  const start = [
    "git bisect start",
    ...["--term-old", terms.old, "--term-new", terms.new].map(quoted),
    ...pathWords,
  ];
  const named = (commit: string) => `[${commit}] ${subjects.get(commit) ?? ""}`;
  // git keeps one new commit, the last that it is told: the newest goes first, what is inside a merge after it
  const place = new Map(
    stages
      .toReversed()
      .flatMap(({ ids }) => ids)
      .map((id, at) => [id, at]),
  );
  const lateness = ([commit, is]: readonly [string, string]) =>
    is !== "new" ? Infinity : commit === found ? -1 : (place.get(commit) ?? 0);
  const ordered = [...states].sort((a, b) => (lateness(a) === lateness(b) ? 0 : lateness(b) - lateness(a)));
  const lines = ordered.flatMap(([commit, is]) => {
    const values = readings.flatMap((one) => (one.commit === commit ? [one.value] : [])).join(" ");
    const said = values === "" ? [] : [`# read ${values}`];
    if (is === "open") return [`# open: ${named(commit)}`, ...said];
    const term = terms[is];
    return [`# ${term}: ${named(commit)}`, ...said, `git bisect ${term} ${commit}`];
  });
  const skips = [...refused].flatMap(([commit, because]) =>
    states.has(commit) ? [] : [`# skip: ${named(commit)}, ${because}`, `git bisect skip ${commit}`],
  );
  const end = found === undefined ? [] : [`# first ${terms.new} commit: ${named(found)}`];
  return `${[start.join(" "), ...lines, ...skips, ...end].join("\n")}\n`;
}

/** The commit and everything before it, within the stage. */
function ancestors({ ids, parents }: Stage, commit: string): Set<string> {
  const places = [ids.indexOf(commit)];
  const seen = new Set(places);
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    for (const parent of parents[place]!) {
      if (seen.has(parent)) continue;
      seen.add(parent);
      places.push(parent);
    }
  }
  return new Set([...seen].map((place) => ids[place]!));
}
