import { type History, parentsOf } from "./history.ts";

/**
 * Which commits can never be told apart, because what lies between them does not build: a commit that
 * cannot be read and has one child belongs to that child's set. Gives each commit the last of its set.
 */
export function undivided(history: History, refused: ReadonlySet<number>): Int32Array {
  const set = Int32Array.from({ length: history.size }, (_, at) => at);
  if (refused.size === 0) return set;
  const children = new Int32Array(history.size);
  const child = new Int32Array(history.size);
  for (let at = 0; at < history.size; at += 1) {
    for (const parent of parentsOf(history, at)) {
      children[parent]! += 1;
      child[parent] = at;
    }
  }
  for (let at = history.size - 1; at >= 0; at -= 1) {
    if (refused.has(at) && children[at] === 1) set[at] = set[child[at]!]!;
  }
  return set;
}
