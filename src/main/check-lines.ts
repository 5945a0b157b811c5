import type { Finding, HostResult } from "../check/core/judge-host.ts";
import { sinceWords } from "./fleet-lines.ts";

/** The column of rules' names. */
export const WIDTH = 28;
const WORDS = {
  pass: "pass",
  fail: "FAIL",
  unknown: "could not tell",
  "not-applicable": "does not apply",
} as const;
const ORDER = ["fail", "unknown", "pass", "not-applicable"] as const;

type When = { readonly began: number; readonly now: number };

/** What fails first, with evidence and remedy below it; what was first seen in this run has no since. */
export function linesOf({ host, findings, trouble }: HostResult, when: When): string[] {
  if (trouble !== undefined) return [`${host}: could not be asked. ${trouble}`];
  const sorted = [...findings].sort((a, b) => ORDER.indexOf(a.verdict.is) - ORDER.indexOf(b.verdict.is));
  return [`${host}:`, ...sorted.flatMap((one) => findingLines(one, when))];
}

function findingLines({ rule, verdict, remedy, acknowledged, lapsed, failsSince }: Finding, when: When) {
  const word = acknowledged === undefined ? WORDS[verdict.is] : "acknowledged";
  const head = (more: string) => `  ${word.padEnd(16)}${rule.padEnd(WIDTH)}${more}`.trimEnd();
  const below = (text: string) => `${" ".repeat(18)}${text}`;
  if (verdict.is === "pass") return [head("")];
  if (verdict.is !== "fail") return [head(verdict.because)];
  return [
    head(verdict.found),
    ...verdict.evidence.slice(0, MOST_EVIDENCE).map((line) => below(`| ${line}`)),
    ...(failsSince === undefined || failsSince >= when.began
      ? []
      : [below(`Fails ${sinceWords(failsSince, when.now)}.`)]),
    ...(acknowledged === undefined
      ? []
      : [below(`By ${acknowledged.by} until ${acknowledged.until}: ${acknowledged.reason}`)]),
    ...(lapsed === undefined ? [] : [below(`No longer acknowledged: ${lapsed}`)]),
    ...(remedy === undefined ? [] : [below(remedy.say)]),
  ];
}
const MOST_EVIDENCE = 8;
