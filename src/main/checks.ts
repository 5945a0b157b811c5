import { Fault, reason } from "../base/fault.ts";
import { checkHosts } from "../check/check-hosts.ts";
import { acknowledge } from "../check/core/acknowledged.ts";
import { junit } from "../check/core/forms/junit.ts";
import { sarif } from "../check/core/forms/sarif.ts";
import { textfile } from "../check/core/forms/textfile.ts";
import { exitOf, type Finding, type HostResult } from "../check/core/judge-host.ts";
import type { Rule } from "../check/core/rule.ts";
import { chosenRules, loadRules } from "../check/load-rules.ts";
import { newRule } from "../check/new-rule.ts";
import { writeWhole } from "../check/write-whole.ts";
import type { Checks, Said } from "../cli/world.ts";
import { here } from "../host/here.ts";
import { overSsh } from "../host/over-ssh.ts";
import { sinceWords } from "./fleet-lines.ts";
import { keptChecks } from "./kept-checks.ts";

const FORMS = { sarif, junit, textfile } as const;

/** Rules about hosts as the command line asks for them: all in one script, over one connection a host. */
export function checksHere(at: {
  readonly state: string;
  readonly version: string;
  readonly stopped: AbortSignal;
}): Checks {
  const { state, version, stopped } = at;
  const { read, keep, ...kept } = keptChecks(state, Date.now);
  return {
    ...kept,
    async check({ hosts, local, rules: ids, directory, askNetwork, form, out, baseline }, tell) {
      const [rules, acknowledged] = [chosenRules(await loadRules(directory), ids), await read(baseline)];
      const names = hosts.map((name) => ({ name, open: () => overSsh(name) }));
      const all = local ? [{ name: "here", open: () => here("here") }, ...names] : names;
      const wish = { rules, mayAsk: askNetwork, now: Date.now, signal: stopped };
      const began = Date.now();
      const answers = await checkHosts(all, wish, ({ host }) => {
        if (all.length > 1) tell(`${host} has answered`);
      });
      const ended = Date.now();
      const since = await keep(answers, ended).catch((error) => {
        tell(`This run is not kept: ${reason(error)}`);
        return answers;
      });
      const results = acknowledge(since, acknowledged, ended);
      const text = form === undefined ? undefined : FORMS[form]({ results, rules, version, began, ended });
      if (text !== undefined && out !== undefined) await writeForm(out, text);
      const says = results.flatMap((one) => linesOf(one, ended));
      const shown = text !== undefined && out === undefined ? { text } : {};
      return { says, answer: results, exit: exitOf(results), ...shown };
    },
    newRule: async (wish) => {
      const written = await newRule({ ...wish, root: process.cwd() });
      return { says: written.map((path) => `Written: ${path}`), answer: { written }, exit: 0 };
    },
    rules: listRules,
  };
}

const writeForm = (path: string, text: string): Promise<void> =>
  writeWhole(path, text).catch((error) => {
    throw new Fault("check.not-written", { path, why: reason(error) }, error);
  });

async function listRules(directory: string | undefined): Promise<Said> {
  const rules = await loadRules(directory);
  const says = rules.flatMap(({ id, says: healthy, because }) => [
    `${id.padEnd(WIDTH)}${healthy}`,
    `${INDENT}${because}`,
  ]);
  return { says, answer: rules.map(told), exit: 0 };
}

const told = ({ id, says, because, sources }: Rule) => ({ id, says, because, sources });

const WIDTH = 28;
const INDENT = " ".repeat(WIDTH);
const WORDS = {
  pass: "pass",
  fail: "FAIL",
  unknown: "could not tell",
  "not-applicable": "does not apply",
} as const;
const ORDER = ["fail", "unknown", "pass", "not-applicable"] as const;

/** What fails first, with evidence and remedy below it. */
function linesOf({ host, findings, trouble }: HostResult, now: number): string[] {
  if (trouble !== undefined) return [`${host}: could not be asked. ${trouble}`];
  const sorted = [...findings].sort((a, b) => ORDER.indexOf(a.verdict.is) - ORDER.indexOf(b.verdict.is));
  return [`${host}:`, ...sorted.flatMap((one) => findingLines(one, now))];
}

function findingLines({ rule, verdict, remedy, acknowledged, lapsed, failsSince }: Finding, now: number) {
  const word = acknowledged === undefined ? WORDS[verdict.is] : "acknowledged";
  const head = (more: string) => `  ${word.padEnd(16)}${rule.padEnd(WIDTH)}${more}`.trimEnd();
  const below = (text: string) => `${" ".repeat(18)}${text}`;
  if (verdict.is === "pass") return [head("")];
  if (verdict.is !== "fail") return [head(verdict.because)];
  return [
    head(verdict.found),
    ...verdict.evidence.slice(0, MOST_EVIDENCE).map((line) => below(`| ${line}`)),
    ...(failsSince === undefined || failsSince === now
      ? []
      : [below(`Fails ${sinceWords(failsSince, now)}.`)]),
    ...(acknowledged === undefined
      ? []
      : [below(`By ${acknowledged.by} until ${acknowledged.until}: ${acknowledged.reason}`)]),
    ...(lapsed === undefined ? [] : [below(`No longer acknowledged: ${lapsed}`)]),
    ...(remedy === undefined ? [] : [below(remedy.say)]),
  ];
}
const MOST_EVIDENCE = 8;
