import { checkHosts } from "../check/check-hosts.ts";
import { exitOf, type Finding, type HostResult } from "../check/core/judge-host.ts";
import type { Rule } from "../check/core/rule.ts";
import { chosenRules, loadRules } from "../check/load-rules.ts";
import type { Checks, Said } from "../cli/world.ts";
import { here } from "../host/here.ts";
import { overSsh } from "../host/over-ssh.ts";

/** Rules about hosts as the command line asks for them: all in one script, over one connection a host. */
export const checksHere = (stopped: AbortSignal): Checks => ({
  async check({ hosts, local, rules: ids, directory, askNetwork }, tell) {
    const rules = chosenRules(await loadRules(directory), ids);
    const names = hosts.map((name) => ({ name, open: () => overSsh(name) }));
    const all = local ? [{ name: "here", open: () => here("here") }, ...names] : names;
    const wish = { rules, mayAsk: askNetwork, now: Date.now, signal: stopped };
    const results = await checkHosts(all, wish, ({ host }) => {
      if (all.length > 1) tell(`${host} has answered`);
    });
    return { says: results.flatMap(linesOf), answer: results, exit: exitOf(results) };
  },
  async rules(directory): Promise<Said> {
    const rules = await loadRules(directory);
    const says = rules.flatMap(({ id, says: healthy, because }) => [
      `${id.padEnd(22)}${healthy}`,
      `${INDENT}${because}`,
    ]);
    return { says, answer: rules.map(told), exit: 0 };
  },
});

const told = ({ id, says, because, sources }: Rule) => ({ id, says, because, sources });

const INDENT = " ".repeat(22);
const WORDS = {
  pass: "pass",
  fail: "FAIL",
  unknown: "could not tell",
  "not-applicable": "does not apply",
} as const;
const ORDER = ["fail", "unknown", "pass", "not-applicable"] as const;

/** What fails first, with evidence and remedy below it. */
function linesOf({ host, findings, trouble }: HostResult): string[] {
  if (trouble !== undefined) return [`${host}: could not be asked. ${trouble}`];
  const sorted = [...findings].sort((a, b) => ORDER.indexOf(a.verdict.is) - ORDER.indexOf(b.verdict.is));
  return [`${host}:`, ...sorted.flatMap(findingLines)];
}

function findingLines({ rule, verdict, remedy }: Finding): string[] {
  const head = (more: string) => `  ${WORDS[verdict.is].padEnd(16)}${rule.padEnd(22)}${more}`.trimEnd();
  const below = (text: string) => `${" ".repeat(18)}${text}`;
  if (verdict.is === "pass") return [head("")];
  if (verdict.is !== "fail") return [head(verdict.because)];
  const evidence = verdict.evidence.slice(0, MOST_EVIDENCE).map((line) => below(`| ${line}`));
  return [head(verdict.found), ...evidence, ...(remedy === undefined ? [] : [below(remedy.say)])];
}
const MOST_EVIDENCE = 8;
