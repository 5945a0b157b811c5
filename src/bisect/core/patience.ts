import type { Belief } from "./belief.ts";
import { LEAST_SHARE } from "./changes.ts";
import type { Search } from "./engine.ts";
import { capacity } from "./outlook.ts";
import { deviationsOf, STILL_TO_COME } from "./verdict.ts";

/** Nobody waits for longer than this without having said so. */
const MOST_RUNS = 5000;

/**
 * Readings after which a search without a budget says that it cannot tell: twice what the smallest change
 * that counts takes by the channel's capacity, for each change that was found and for one more. A machine
 * that wanders by less than shows looks like a further change again and again, and no reading ends that.
 */
export function patience(belief: Belief, search: Search, found: number): number {
  if (search.answers === "pass-fail" || search.levels !== undefined) return MOST_RUNS;
  const least = (search.leastShare ?? LEAST_SHARE) * deviationsOf(belief);
  const bits = Math.log2(search.history.size / search.error);
  return Math.min(
    MOST_RUNS,
    Math.ceil(((found + 1) * STILL_TO_COME * bits) / Math.max(capacity(least), 1e-4)),
  );
}
