import { flaw, ok, type Read } from "../../base/read.ts";

/**
 * One part of a search: the commits between two ends, parents before children, the new end last. The first
 * stage is what was asked for; each further one looks inside a merge that was found guilty.
 */
export type Stage = {
  readonly ids: readonly string[];
  readonly parents: readonly (readonly number[])[]; // those outside are left out
  readonly empty: readonly number[]; // commits whose tree is their parent's: they change nothing
  readonly merges: readonly number[];
  readonly old: string; // what is read as the old end
  readonly inside?: string; // the merge that it looks into
};

const ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** From lines of `ID TREE PARENT…`, as `git log --topo-order --reverse --parents` prints them. */
export function readStage(
  text: string,
  { old, oldTree, newest, onLine }: { old: string; oldTree: string; newest: string; onLine: boolean },
): Read<Stage> {
  const [ids, parents, trees]: [string[], number[][], string[]] = [[], [], []];
  const [empty, merges]: [number[], number[]] = [[], []];
  const placeOf = new Map<string, number>();
  const lines = text.split("\n").filter((line) => line !== "");
  for (const [at, line] of lines.entries()) {
    const words = line.split(" ").filter((word) => word !== "");
    const [id, tree, ...all] = words;
    if (tree === undefined || !words.every((word) => ID.test(word)))
      return flaw(`"${line.slice(0, 80)}" is no commit`, at);
    const counted = onLine ? all.slice(0, 1) : all;
    placeOf.set(id!, at);
    if (all.length > 1) merges.push(at);
    ids.push(id!);
    trees.push(tree);
    parents.push(counted.flatMap((parent) => placeOf.get(parent) ?? []));
    const treeOf = (parent: string) =>
      placeOf.has(parent) ? trees[placeOf.get(parent)!] : parent === old ? oldTree : "";
    if (counted.length > 0 && counted.every((parent) => treeOf(parent) === tree)) empty.push(at);
  }
  return ok(endedBy(newest, { ids, parents, empty, merges, old }));
}

/**
 * By path the new end may be left out, since it touches none of them: it stands last, and changes nothing.
 */
function endedBy(newest: string, stage: Stage): Stage {
  const { ids, parents, empty } = stage;
  if (ids.length === 0 || ids.at(-1) === newest) return stage;
  const isParent = new Set(parents.flat());
  const heads = ids.flatMap((_, at) => (isParent.has(at) ? [] : [at]));
  return { ...stage, ids: [...ids, newest], parents: [...parents, heads], empty: [...empty, ids.length] };
}
