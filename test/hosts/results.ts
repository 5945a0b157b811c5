import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { missingRows } from "./cells.ts";
import type { Told, Verdict } from "./run-cell.ts";
import { ELSEWHERE } from "./traps/all.ts";
import { TREES, type TreeId } from "./trees.ts";

const PAGE = join(import.meta.dirname, "../../docs/hosts.md");
const [BEGIN, END] = ["<!-- results of test:hosts -->", "<!-- end of results -->"];
const IDS = Object.keys(TREES) as TreeId[];

/** A row for each state of a host under each rule, a column for each tree. */
export function resultLines(told: readonly Told[]): string[] {
  const states = [...new Set(told.map(({ cell }) => `${cell.rule.id}/${cell.row.says}`))];
  const rows = states.map((state) => {
    const of = told.filter(({ cell }) => `${cell.rule.id}/${cell.row.says}` === state);
    const { rule, row } = of[0]!.cell;
    const cells = IDS.map((tree) => {
      const one = of.find(({ cell }) => cell.tree === tree);
      return one === undefined ? "" : words(one.verdict);
    });
    return `| ${[rule.id, row.is, row.says, row.expect, ...cells].join(" | ")} |`;
  });
  const head = ["rule", "host", "its state", "judged", ...IDS.map((id) => TREES[id].says)];
  return [`| ${head.join(" | ")} |`, `|${"--|".repeat(head.length)}`, ...rows];
}

const words = (verdict: Verdict): string => {
  if (verdict.is === "pass") return verdict.seen.length > 1 ? "mended, undone" : "yes";
  return verdict.is === "fail" ? "**no**" : "could not tell";
};

/** The table in docs/hosts.md, with the day and the command that made it. */
export function writeResults(told: readonly Told[], args: readonly string[]): void {
  const text = readFileSync(PAGE, "utf8");
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${PAGE} has not the lines ${BEGIN} and ${END}`);
  const command = ["npm run test:hosts", ...(args.length > 0 ? ["--", ...args] : [])].join(" ");
  const passed = told.filter(({ verdict }) => verdict.is === "pass").length;
  const day = new Date().toISOString().slice(0, 10);
  const head = `\`${command}\`, ${day}: ${passed} of ${told.length} were as they should be.`;
  const elsewhere = Object.entries(ELSEWHERE).map(([rule, why]) => `- ${rule}: ${why}`);
  const missing = [...new Set(missingRows().map((line) => line.split(":")[0]))];
  const lines = [
    ...[
      BEGIN,
      head,
      "",
      ...resultLines(told),
      "",
      "What no container can show, and what does:",
      "",
      ...elsewhere,
    ],
    ...["", `Without rows here so far, by captures of real hosts alone: ${missing.join(", ")}.`, END],
  ];
  writeFileSync(PAGE, `${before}${lines.join("\n")}${after}`);
}
