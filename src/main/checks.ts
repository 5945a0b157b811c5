import { Fault, reason } from "../base/fault.ts";
import { checkHosts } from "../check/check-hosts.ts";
import { acknowledge } from "../check/core/acknowledged.ts";
import { junit } from "../check/core/forms/junit.ts";
import { sarif } from "../check/core/forms/sarif.ts";
import { textfile } from "../check/core/forms/textfile.ts";
import { exitOf, type HostResult } from "../check/core/judge-host.ts";
import type { Rule } from "../check/core/rule.ts";
import { chosenRules, loadRules } from "../check/load-rules.ts";
import { newRule } from "../check/new-rule.ts";
import { writeWhole } from "../check/write-whole.ts";
import type { Checks, Said } from "../cli/world.ts";
import { linesOf, WIDTH } from "./check-lines.ts";
import { fixHosts } from "./fixes.ts";
import { hostKeeper } from "./host-keeper.ts";
import { keptChecks } from "./kept-checks.ts";
import { namedHosts } from "./named-hosts.ts";
import { keptOn, undoOn } from "./undos.ts";

const FORMS = { sarif, junit, textfile } as const;

/** Rules about hosts as the command line asks for them: all in one script, over one connection a host. */
export function checksHere(at: {
  readonly state: string;
  readonly version: string;
  readonly user: string;
  readonly stopped: AbortSignal;
}): Checks {
  const { state, version, user, stopped } = at;
  const { read, ...kept } = keptChecks(state, Date.now);
  const keeper = (tell: (what: string) => void) => hostKeeper({ state, by: user, now: Date.now, tell });
  return {
    ...kept,
    async check(
      { hosts, local, rules: ids, directory, askNetwork, tryPasswords, form, out, baseline },
      tell,
    ) {
      const [rules, acknowledged] = [chosenRules(await loadRules(directory), ids), await read(baseline)];
      const all = namedHosts(hosts, local);
      const wish = { rules, mayAsk: askNetwork, mayTry: tryPasswords, now: Date.now, signal: stopped };
      const began = Date.now();
      const told = ({ host }: HostResult) => {
        if (all.length > 1) tell(`${host} has answered`);
      };
      const answers = await checkHosts(all, wish, told, keeper(tell).around);
      const ended = Date.now();
      const results = acknowledge(answers, acknowledged, ended);
      const text = form === undefined ? undefined : FORMS[form]({ results, rules, version, began, ended });
      if (text !== undefined && out !== undefined) await writeForm(out, text);
      const says = results.flatMap((one) => linesOf(one, { began, now: ended }));
      const shown = text !== undefined && out === undefined ? { text } : {};
      return { says, answer: results, exit: exitOf(results), ...shown };
    },
    fix: (wish, tell, agree) => fixHosts(wish, { user, stopped, tell, agree, keeper: keeper(tell) }),
    undo: (wish, tell) => undoOn(wish, { user, keeper: keeper(tell) }),
    kept: keptOn,
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

const INDENT = " ".repeat(WIDTH);
