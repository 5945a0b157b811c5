import { duration, percent } from "../../base/units.ts";
import type { Settings } from "./settings.ts";

/** What a search was told to leave out or to take for granted, each with the flag that told it; sentences for a report. */
export function boundsOf(settings: Settings): string[] {
  const { paths, walk, direction, leastChange, leastShare, changes, budget } = settings;
  const higher = direction === 1 ? "higher" : "lower";
  const other = direction === 1 ? "lower" : "higher";
  const rows: [boolean, string][] = [
    [
      paths.length > 0,
      `Only commits that touch ${paths.join(" or ")} (--path) were candidates: a change that another commit made ` +
        "is laid on the next of these.",
    ],
    [
      walk === "first-parent",
      "Only commits of the mainline were candidates (--first-parent): of a merge, which commit of its branch it " +
        "was is not told.",
    ],
    [
      walk === "whole",
      "All commits were searched as one graph (--whole-graph): a branch that had another level of its own " +
        "was not measured apart.",
    ],
    [
      direction !== undefined,
      `The new state was taken to read ${higher} (--direction): a change to ${other} values was not looked for.`,
    ],
    [
      leastChange !== undefined,
      `A change of less than ${percent(leastChange ?? 0)} of the old level counted as none (--min-step).`,
    ],
    [
      leastShare !== undefined,
      `Beside the change that was found, one of less than ${percent(leastShare ?? 0)} of the whole effect counted ` +
        "as none (--least-share).",
    ],
    [
      changes === "all",
      "A further change was looked for until one was ruled out (--all-changes), but of two between the same " +
        "neighbours that cancel each other nothing is seen.",
    ],
    [budget !== undefined, `It was to end after ${budgetWords(budget)} (--budget), settled or not.`],
  ];
  return rows.flatMap(([applies, says]) => (applies ? [says] : []));
}

const budgetWords = (budget: Settings["budget"]): string => {
  if (budget === undefined) return "";
  return "runs" in budget ? `${budget.runs} readings` : `${duration(budget.ms)} of builds and runs`;
};
