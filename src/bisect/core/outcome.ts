import type { Standing } from "./told.ts";

/** The one commit that was found, if it is one. */
export const outcomeOf = ({ outcome }: Pick<Standing, "outcome">): string | undefined =>
  outcome?.is === "found" && outcome.commits.length === 1 ? outcome.commits[0] : undefined;

/** How a search ended, for scripts: 0 found, 1 there is nothing to find, 2 it could not be told. */
export const exitOf = ({ outcome }: Standing): 0 | 1 | 2 =>
  outcome === null || outcome.is === "unsettled" ? 2 : outcome.is === "found" ? 0 : 1;
