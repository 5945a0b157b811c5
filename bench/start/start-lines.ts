import { columns } from "../../src/cli/table.ts";
import { spreadWords } from "../spread.ts";
import type { StartReport } from "./bench-start.ts";

/** The report for people. */
export function startLines({ fresh, again, goal, rounds }: StartReport): string[] {
  const verdict = goal.met ? "the goal is met" : "THE GOAL IS MISSED";
  const rows = [
    ["with an empty state (the private database is made)", spreadWords(fresh, 0)],
    ["again, after an orderly stop", spreadWords(again, 0)],
  ];
  return [
    ...columns(["start to the first answer of /api/status", "ms"], rows, Number.POSITIVE_INFINITY),
    "",
    `Median (min-max) of ${rounds.length} rounds; both at most ${goal.mostMs} ms: ${verdict}.`,
  ];
}
