import { columns } from "../../src/cli/table.ts";
import { spreadOf, spreadWords } from "../spread.ts";
import type { IdleReport, Look } from "./bench-idle.ts";
import { PARTS, type Part } from "./parts.ts";

const MIB = 2 ** 20;
const ROWS: readonly (readonly [Part | "ours", string])[] = [
  ...(Object.entries(PARTS) as [Part, string][]).filter(([part]) => part !== "rack"),
  ["ours", "all of the service"],
  ["rack", PARTS.rack],
];

/** The report for people. */
export function idleLines({ withRack, serveAlone, ours, goal }: IdleReport): string[] {
  const verdict = goal.met ? "the goal is met" : "THE GOAL IS MISSED";
  const most = goal.mostBytes / MIB;
  return [
    ...table("idle, one machine of the virtual rack, powered off", withRack),
    "",
    ...table("idle, `serve` alone", serveAlone),
    "",
    `Median (min-max) of ${withRack.length} rounds. PSS: a shared page counts by its share. Alone: about what it costs`,
    "where no other program shares its pages (this benchmark and the rack's holder run the same node).",
    `With one machine: PSS ${(ours.median / MIB).toFixed(1)} MiB; at most ${most}: ${verdict}.`,
  ];
}

function table(title: string, looks: readonly Look[]): string[] {
  const rows = ROWS.filter(([part]) => looks.some((look) => look[part].processes > 0)).map(([part, name]) => {
    const words = (of: "pss" | "alone") =>
      spreadWords(spreadOf(looks.map((look) => look[part][of] / MIB)), 1);
    return [name, String(looks[0]![part].processes), words("pss"), words("alone")];
  });
  return columns([title, "processes", "PSS MiB", "alone MiB"], rows, Number.POSITIVE_INFINITY);
}
