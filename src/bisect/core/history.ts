import { OLD_END } from "./engine.ts";

/**
 * The commits that may be the first changed one: ancestors of the new end that are no ancestors of the old
 * end. They stand by number, parents before children; the new end is the last. The old end itself is
 * `OLD_END`: it is in the old state by definition and is parent of whatever has no parent here.
 */
export type History = {
  readonly size: number;
  /**
   * The parents of commit c are `parents[starts[c]]` up to `parents[starts[c + 1] - 1]`; those outside are
   * left out.
   */
  readonly parents: Int32Array;
  readonly starts: Int32Array;
};

/** A history in which each commit has the one before it as its parent. */
export function line(size: number): History {
  const parents = Int32Array.from({ length: Math.max(0, size - 1) }, (_, at) => at);
  const starts = Int32Array.from({ length: size + 1 }, (_, at) => Math.max(0, at - 1));
  return { size, parents, starts };
}

/** From each commit's parents by number, as `git rev-list --topo-order --reverse --parents` gives them. */
export function historyOf(parentsOf: readonly (readonly number[])[]): History {
  const starts = new Int32Array(parentsOf.length + 1);
  for (const [at, all] of parentsOf.entries()) starts[at + 1] = starts[at]! + all.length;
  const parents = new Int32Array(starts[parentsOf.length]!);
  for (const [at, all] of parentsOf.entries()) {
    if (all.some((parent) => parent >= at || parent < 0))
      throw new Error(`commit ${at} stands before a parent`);
    parents.set(all, starts[at]!);
  }
  return { size: parentsOf.length, parents, starts };
}

export const parentsOf = ({ parents, starts }: History, commit: number): Int32Array =>
  parents.subarray(starts[commit]!, starts[commit + 1]!);

/** 1 for the commit itself and each of its ancestors: where a change shows at `commit` if it began there. */
export function cone(history: History, commit: number): Uint8Array {
  const { parents, starts, size } = history;
  const inside = new Uint8Array(size);
  if (commit === OLD_END) return inside;
  inside[commit] = 1;
  for (let at = commit; at >= 0; at -= 1) {
    if (inside[at] === 0) continue;
    for (let edge = starts[at]!; edge < starts[at + 1]!; edge += 1) inside[parents[edge]!] = 1;
  }
  return inside;
}

export const isLine = ({ size, parents, starts }: History): boolean =>
  parents.length === Math.max(0, size - 1) &&
  parents.every((parent, at) => starts[at + 1] === at && parent === at);
