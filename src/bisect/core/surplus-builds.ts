import type { State } from "./replay.ts";

export type Build = { readonly commit: string; readonly build: string };

/** So many builds are kept unless said otherwise: a kernel's tree is some gigabytes. */
export const KEPT_BUILDS = 20;

/**
 * What to remove so that another build has room among `keep`: first what lies outside the commits still in
 * question, then what tells least, by how evenly a commit parts the probability. The ends are read again and
 * again, and `busy` commits are being measured: those stay.
 */
export function surplusBuilds(
  { stage, built }: State,
  chances: ArrayLike<number>,
  { keep, busy }: { keep: number; busy: readonly string[] },
): Build[] {
  const all = [...built].flatMap(([commit, builds]) => builds.map((build) => ({ commit, build })));
  const surplus = all.length - Math.max(0, keep - 1);
  if (surplus <= 0) return [];
  const worth = worths(stage.ids, chances);
  const stays = new Set([stage.old, stage.ids.at(-1), ...busy]);
  return all
    .filter(({ commit }) => !stays.has(commit))
    .map((one) => ({ one, worth: worth.get(one.commit) ?? -1 }))
    .sort((a, b) => a.worth - b.worth)
    .slice(0, surplus)
    .map(({ one }) => one);
}

/** How evenly each commit parts the probability, 0 to 1/2; in topological order, so a guess where branches are. */
function worths(ids: readonly string[], chances: ArrayLike<number>): ReadonlyMap<string, number> {
  let before = 0;
  return new Map(
    ids.map((id, at) => {
      before += chances[at] ?? 0;
      return [id, Math.min(before, 1 - before)] as const;
    }),
  );
}
