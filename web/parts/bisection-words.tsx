import type { Bisection } from "../../src/api/lab-rows.ts";
import { percent } from "../../src/base/units.ts";

/** How a search stands, in a word and a shape; list and page say the same. */
export const BISECTION_STATES = {
  "under way": { look: "busy", word: "under way" },
  found: { look: "good", word: "found" },
  "not-reproduced": { look: "off", word: "not reproduced" },
  unsettled: { look: "asks", word: "could not tell" },
} as const;

export const shortOf = (commit: string): string => commit.slice(0, 12);

/** What it has come to, in one line. */
export function standWords({ verdict, likely, readings, candidates }: Bisection): string {
  if (verdict[0] !== undefined) return verdict[0];
  if (readings === 0) return `${candidates} commits, no reading yet`;
  const [top] = likely;
  return top === undefined
    ? `${candidates} commits are alike`
    : `${shortOf(top.commit)} with ${percent(top.probability)}`;
}
