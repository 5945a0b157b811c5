import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Told, Verdict } from "../support/matrix.ts";
import { allCells, type Cell } from "./cells.ts";
import { ELSEWHERE } from "./traps/all.ts";
import { TREES, type TreeId } from "./trees.ts";

const PAGE = join(import.meta.dirname, "../../docs/hosts.md");
const [BEGIN, END] = ["<!-- results of test:hosts -->", "<!-- end of results -->"];
const IDS = Object.keys(TREES) as TreeId[];

/** A row for each state of a host under each rule, a column for each tree. */
export function resultLines(told: readonly Told<Cell>[]): string[] {
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
  if (verdict.is === "pass") return ["yes", "mended by hand"][verdict.seen.length - 1] ?? "mended, undone";
  return verdict.is === "fail" ? "**no**" : "could not tell";
};

/** The table in docs/hosts.md. What a run with `--only` left out stays, and so does the line of the run that told it. */
export function writeResults(told: readonly Told<Cell>[], args: readonly string[]): void {
  const text = readFileSync(PAGE, "utf8");
  const [before, rest] = text.split(BEGIN);
  const [had, after] = rest?.split(END) ?? [];
  if (had === undefined || after === undefined) throw new Error(`${PAGE} has not ${BEGIN} and ${END}`);
  const [head, line, ...fresh] = resultLines(told);
  const rows = new Map([...had.split("\n"), ...fresh].flatMap((row) => keyed(row)));
  const known = allCells().map(({ rule, row }) => `${rule.id}/${row.says}`);
  const command = ["npm run test:hosts", ...(args.length > 0 ? ["--", ...args] : [])].join(" ");
  const passed = told.filter(({ verdict }) => verdict.is === "pass").length;
  const day = new Date().toISOString().slice(0, 10);
  const runs = had
    .split("\n")
    .filter((run) => run.startsWith("`npm run") && !run.startsWith(`\`${command}\``));
  const lines = [
    ...[BEGIN, ...(args.some((word) => word.startsWith("--only")) ? runs : [])],
    `\`${command}\`, ${day}: ${passed} of ${told.length} were as they should be.`,
    ...["", head!, line!, ...[...new Set(known)].flatMap((state) => rows.get(state) ?? [])],
    ...["", "What no container can show, and what does:", ""],
    ...[...Object.entries(ELSEWHERE).map(([rule, why]) => `- ${rule}: ${why}`), END],
  ];
  writeFileSync(PAGE, `${before}${lines.join("\n")}${after}`);
}

const keyed = (row: string): [string, string][] => {
  const [, rule, , says] =
    row.split(" | ").length > 4 ? (/^\| (\S+) \| (\S+) \| (.*?) \| /.exec(row) ?? []) : [];
  return rule === undefined ? [] : [[`${rule}/${says}`, row]];
};
