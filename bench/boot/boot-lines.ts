import { columns } from "../../src/cli/table.ts";
import { spreadWords } from "../spread.ts";
import type { BootReport } from "./bench-boot.ts";
import { STAGES } from "./stages.ts";

/** The report for people. */
export function bootLines({ stages, goal, rounds }: BootReport): string[] {
  const head = ["seconds after power-on", "Rackhand", "dnsmasq", "ratio of medians"];
  const rows = stages.map(({ stage, rackhand, dnsmasq, ratio }) => [
    STAGES[stage],
    spreadWords(rackhand, 1),
    spreadWords(dnsmasq, 1),
    ratio?.toFixed(2) ?? "",
  ]);
  const verdict = goal.met ? "the goal is met" : "THE GOAL IS MISSED";
  return [
    ...columns(head, rows, Number.POSITIVE_INFINITY),
    "",
    `Median (min-max) of ${rounds.length / 2} rounds each, taking turns.`,
    `To ${STAGES[goal.stage]}: ${goal.is.toFixed(3)} times dnsmasq; at most ${goal.most}: ${verdict}.`,
  ];
}
