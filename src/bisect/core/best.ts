import { type Belief, chanceOfShowing, informationBeside, underWay } from "./belief.ts";
import { type Evidence, OLD_END, type Search } from "./engine.ts";
import { type History, isLine, parentsOf } from "./history.ts";

export type Choice = {
  readonly commit: number;
  readonly bits: number;
  readonly chance: number;
  readonly worth: number;
};

/** The reading of the most information a minute. */
export function bestOf(
  belief: Belief,
  search: Search,
  evidence: Evidence,
  ends: readonly number[],
): Choice | undefined {
  const chances = chanceOfShowing(belief, isLine(search.history));
  const pending = evidence.pending.map(({ commit }) => commit);
  const beside = underWay(belief, pending);
  const ways = candidates(belief, search.history, evidence, chances, pending.length);
  let best: Choice | undefined;
  for (const commit of [...ends, ...ways]) {
    if (search.levels !== undefined && ends.includes(commit)) continue;
    const bits = informationBeside(belief, commit, beside) * chanceOfBuilding(commit, evidence);
    const worth = bits / minutesFor(commit, evidence);
    const chance = commit === OLD_END ? 0 : chances[commit]!;
    if (best === undefined || worth > best.worth) best = { commit, bits, chance, worth };
  }
  return best;
}

const QUANTILES = [0.35, 0.5, 0.65];
const MORE_QUANTILES = [0.08, 0.15, 0.22, 0.3, 0.4, 0.5, 0.6, 0.7, 0.78, 0.85, 0.92];
const NEAREST = 6;
/** A commit whose state is surer than this is not read again. */
const SETTLED = 0.002;

/**
 * Commits worth a closer look: those read already whose state is open, and those that halve the probability
 * best.
 */
function candidates(
  belief: Belief,
  history: History,
  { refused, built, readings }: Evidence,
  chances: Float64Array,
  pending: number,
): Set<number> {
  const open = (commit: number) =>
    commit >= 0 &&
    commit < history.size - 1 &&
    !refused.has(commit) &&
    chances[commit]! > SETTLED &&
    chances[commit]! < 1 - SETTLED;
  const ways = new Set([...built, ...readings.map(({ commit }) => commit)].filter(open));
  for (const target of pending > 0 ? MORE_QUANTILES : QUANTILES) {
    for (const commit of nearest(chances, target, open)) ways.add(commit);
  }
  let leader = 0;
  for (let at = 0; at < history.size; at += 1) if (belief.chances[at]! > belief.chances[leader]!) leader = at;
  for (const commit of [leader, ...parentsOf(history, leader)]) {
    if (commit < history.size - 1 && !refused.has(commit)) ways.add(commit);
  }
  return ways;
}

function nearest(chances: Float64Array, target: number, open: (commit: number) => boolean): number[] {
  const most = target === 0.5 ? NEAREST : 2;
  const kept: { commit: number; off: number }[] = [];
  for (let commit = 0; commit < chances.length; commit += 1) {
    const off = Math.abs(chances[commit]! - target);
    if (kept.length === most && off >= kept[most - 1]!.off) continue;
    if (!open(commit)) continue;
    const place = kept.findIndex((one) => one.off > off);
    kept.splice(place < 0 ? kept.length : place, 0, { commit, off });
    if (kept.length > most) kept.pop();
  }
  return kept.map(({ commit }) => commit);
}

/** How far the trouble of a commit that does not build reaches, in commits: breakage comes in runs. */
const BREAKAGE = 20;

function chanceOfBuilding(commit: number, { built, refused }: Evidence): number {
  if (commit === OLD_END || built.has(commit) || refused.size === 0) return 1;
  let distance = Infinity;
  for (const one of refused) distance = Math.min(distance, Math.abs(one - commit));
  return 1 - 0.9 * Math.exp(-distance / BREAKAGE);
}

const INSTANT = 1e-4;

function minutesFor(commit: number, { built, deployed, minutes }: Evidence): number {
  const build = built.has(commit) ? 0 : minutes.build;
  const deploy = [...deployed.values()].includes(commit) ? 0 : minutes.deploy;
  return Math.max(minutes.run + build + deploy, INSTANT); // a person's reading takes no time that we know of
}
