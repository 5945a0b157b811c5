import type { Finding, HostResult } from "../judge-host.ts";
import { harmless, isoTime, type ToldRun } from "../told-run.ts";

/**
 * JUnit as GitLab and Jenkins read it: a host is a suite, a rule a case. What could not be told is an error,
 * what does not apply and what somebody acknowledged is skipped, each with its reason.
 */
export function junit({ results, began, ended }: ToldRun): string {
  const suites = results.map((one) => suite(one, began));
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${counted(suites.flatMap(({ cases }) => cases))} time="${((ended - began) / 1000).toFixed(3)}">`,
    ...suites.flatMap(({ head, cases }) => [
      `  <testsuite${head}${counted(cases)}>`,
      ...cases.map(({ xml }) => xml),
      "  </testsuite>",
    ]),
    "</testsuites>",
  ];
  return `${lines.join("\n")}\n`;
}

type Case = { readonly is: "passed" | "failure" | "error" | "skipped"; readonly xml: string };

function suite({ host, findings, trouble }: HostResult, began: number) {
  const head = attributes({ name: host, hostname: host, timestamp: isoTime(began).slice(0, 19) });
  const named = (rule: string) => attributes({ classname: `check.${host.replaceAll(".", "_")}`, name: rule });
  const all =
    trouble === undefined
      ? findings.map((one) => caseOf(one, named))
      : [broken(named("can be asked"), trouble)];
  return { head, cases: all };
}

const broken = (name: string, trouble: string): Case => within("error", name, { message: trouble });

function caseOf(finding: Finding, named: (rule: string) => string): Case {
  const { rule, verdict, remedy, acknowledged, lapsed } = finding;
  const name = named(rule);
  if (verdict.is === "pass") return { is: "passed", xml: `    <testcase${name}/>` };
  if (verdict.is === "unknown")
    return within("error", name, { message: `could not tell: ${verdict.because}` });
  if (verdict.is === "not-applicable")
    return within("skipped", name, { message: `does not apply: ${verdict.because}` });
  if (acknowledged !== undefined) {
    const { by, until, reason } = acknowledged;
    return within("skipped", name, { message: `acknowledged by ${by} until ${until}: ${reason}` });
  }
  const lines = [
    ...verdict.evidence,
    ...(remedy === undefined ? [] : [remedy.say]),
    ...(lapsed ? [lapsed] : []),
  ];
  return within("failure", name, { type: verdict.cause, message: verdict.found }, lines);
}

function within(
  is: Exclude<Case["is"], "passed">,
  name: string,
  says: Readonly<Record<string, string>>,
  lines: readonly string[] = [],
): Case {
  const text = lines.map((line) => escaped(line)).join("\n");
  const inner = text === "" ? `<${is}${attributes(says)}/>` : `<${is}${attributes(says)}>${text}</${is}>`;
  return { is, xml: `    <testcase${name}>${inner}</testcase>` };
}

function counted(cases: readonly Case[]): string {
  const count = (is: Case["is"]) => `${cases.filter((one) => one.is === is).length}`;
  const [failures, errors, skipped] = [count("failure"), count("error"), count("skipped")];
  return attributes({ tests: `${cases.length}`, failures, errors, skipped });
}

const attributes = (all: Readonly<Record<string, string>>): string =>
  Object.entries(all)
    .map(([key, value]) => ` ${key}="${escaped(value)}"`)
    .join("");

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML 1.0 has no way at all to say most control characters: `harmless` makes them visible. */
const escaped = (text: string): string => harmless(text).replace(/[&<>"]/g, (one) => ENTITIES[one]!);
