import type { Belief } from "./belief.ts";
import type { Known } from "./changes.ts";
import { OLD_END } from "./engine.ts";

/** What a state's level rests on at least: of fewer readings most may be outliers. */
const LEAST = 5;

/** The end to read again because the state that it shows, if this commit is the first changed one, was read too few times. */
export function thinSide(
  { classes }: Belief,
  commit: number,
  { search, evidence }: Pick<Known, "search" | "evidence">,
): number | undefined {
  if (search.outliers !== "clip" || search.answers === "pass-fail" || search.levels !== undefined)
    return undefined;
  const own = classes.classOf[commit]!;
  const isNew = (at: number) => at !== OLD_END && classes.shows.get(at)?.[own] === 1;
  const young = evidence.readings.filter((one) => isNew(one.commit)).length;
  if (young < LEAST) return search.history.size - 1;
  return evidence.readings.length - young < LEAST ? OLD_END : undefined;
}
