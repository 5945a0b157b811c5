import { setTimeout as pause } from "node:timers/promises";
import { checkHost } from "../../src/check/check-hosts.ts";
import type { Finding } from "../../src/check/core/judge-host.ts";
import type { Facts, Rule } from "../../src/check/core/rule.ts";
import { type Fixed, fixHost, proposeFixes } from "../../src/check/fix-host.ts";
import { undoHost } from "../../src/check/undo-host.ts";
import { bootTree } from "../support/booted-tree.ts";
import { bootGuest, SLOW } from "../support/guest-tree.ts";
import type { Verdict } from "../support/matrix.ts";
import type { Places } from "../support/places.ts";
import { type Cell, type Row, rules } from "./cells.ts";
import { haveTree, TREES } from "./trees.ts";

export type How = { readonly signal: AbortSignal; readonly progress: (line: string) => void };

/** What the rule did not do as it should. */
class Wrong extends Error {}

export async function runCell({ tree, rule, row }: Cell, how: How): Promise<Verdict> {
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 100) / 10;
  let places: Places | undefined;
  try {
    const { cgroups } = TREES[tree];
    const place = await haveTree(tree, how);
    places =
      tree === "guest"
        ? await bootGuest(place, how.signal)
        : await bootTree({ tree: place, cgroups, signal: how.signal });
    await places.sh(row.makes);
    if (row.beside) await othersAnswer(places, [rule, ...rules.filter((one) => one !== rule)].map(slowly));
    const seen = await proven(places, slowly(rule), row, how.signal);
    return { is: "pass", seen, seconds: seconds() };
  } catch (error) {
    const because = error instanceof Error ? error.message : `${error}`;
    return error instanceof Wrong
      ? { is: "fail", because, screen: [] }
      : { is: "unknown", because: because.slice(0, 2000) };
  } finally {
    await places?.end();
  }
}

/** How fast a probe is, is not what is proven here, and several hosts share this machine. */
const slowly = ({ probe, ...rule }: Rule): Rule => ({
  ...rule,
  probe: {
    ...probe,
    withinMs: probe.withinMs * SLOW,
    run: probe.run.replace(/\btimeout (\d+) /g, (_, seconds) => `timeout ${Number(seconds) * SLOW} `),
  },
});

/** The tree is a container, and stands for a host that is none: what a rule says of containers, captures prove. */
export const asOfAHost = (rule: Rule): Rule => {
  const bare = (facts: Facts): Facts => ({ ...facts, container: null });
  return {
    ...rule,
    applies: (facts) => rule.applies(bare(facts)),
    judge: (heard, facts) => rule.judge(heard, bare(facts)),
    remedy: (heard, facts) => rule.remedy(heard, bare(facts)),
  };
};

/** The first one waits, and no other pays for it. */
async function othersAnswer({ host }: Places, all: readonly Rule[]): Promise<void> {
  const { findings, trouble } = await checkHost(host, { rules: all, mayAsk: true, now: Date.now });
  if (trouble !== undefined) throw new Wrong(trouble);
  for (const finding of findings.slice(1)) {
    const { verdict } = finding;
    must(verdict.is !== "unknown" || !/ time/.test(verdict.because), `${finding.rule} paid for it`, finding);
  }
}

const OWNER = "test@tree";

/** The way of one host: judged, mended where it can be, judged again, taken back. */
export async function proven(
  places: Places,
  real: Rule,
  row: Row,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const rule = asOfAHost(real);
  const wish = { rules: [rule], mayAsk: true, mayTry: true, now: Date.now, owner: OWNER };
  const look = async () => {
    signal.throwIfAborted();
    const { findings, facts, trouble } = await checkHost(places.host, wish);
    if (trouble !== undefined) throw new Error(trouble);
    return { finding: findings[0]!, facts: facts! };
  };
  const { finding, facts } = await look();
  must(told(finding) === row.expect, `${told(finding)}, and ${row.expect} was expected`, finding);
  if (row.mends === undefined) {
    must((finding.remedy?.steps.length ?? 0) === 0, "it has steps, and no proof of them", finding);
    if (row.follows === undefined) return [told(finding)];
    await places.sh(row.follows);
    const after = await look();
    must(told(after.finding) === "pass", `after its words: ${told(after.finding)}`, after.finding);
    return [told(finding), "pass"];
  }
  const before = await stateOf(places, row.mends);
  const [proposal] = await proposeFixes(places.host, [{ rule, finding }], facts);
  must(proposal !== undefined, "it has no steps", finding);
  const fixed = await fixHost(places.host, proposal!, wish);
  must(fixed.is === "fixed", `--fix: ${fixed.is}: ${words(fixed)}`, finding);
  await comes(places, row.mends.works, "after --fix");
  await comes(places, row.mends.boots ?? "", "after what a boot does");
  const again = await look();
  must(told(again.finding) === "pass", `after --fix: ${told(again.finding)}`, again.finding);
  const undone = await undoHost(places.host, fixed.id!, { force: false, owner: OWNER });
  must(undone.is === "undone", `undo: ${"trouble" in undone ? undone.trouble.says : undone.is}`, finding);
  await comes(places, row.mends.ages ?? "", "after undo");
  const after = await stateOf(places, row.mends);
  must(after === before, `undo left it otherwise than it was:\n${difference(before, after)}`, finding);
  const back = await look();
  must(told(back.finding) === row.expect, `after undo: ${told(back.finding)}`, back.finding);
  return [told(finding), "fixed", "pass", "undone, as before"];
}

function must(is: boolean, says: string, { verdict }: Finding): void {
  if (!is) throw new Wrong(`${says}\n${JSON.stringify(verdict).slice(0, 1500)}`);
}

const told = ({ verdict }: Finding): string => (verdict.is === "fail" ? `fail ${verdict.cause}` : verdict.is);
const words = ({ trouble }: Fixed): string => trouble?.says ?? "";

const COMES_WITHIN_MS = 20_000;

/** What needs a moment: an advertisement, a lease. */
async function comes({ sh }: Places, script: string, when: string): Promise<void> {
  for (const until = Date.now() + COMES_WITHIN_MS; ; await pause(300)) {
    try {
      await sh(script);
      return;
    } catch (error) {
      if (Date.now() > until) throw new Wrong(`${when}: ${(error as Error).message}`);
    }
  }
}

/** All of /etc with its rights and times, rights alone of where programs go on writing, and what the row adds. */
const stateOf = ({ sh }: Places, { shows = ":", rights = "" }: NonNullable<Row["mends"]>): Promise<string> =>
  sh(`find /etc ${rights} -printf '%p %y %U %G %m %l\\n' | sort
find /etc -type f -printf '%p %T@\\n' | sort
find /etc -type f -print0 | sort -z | xargs -0 sha256sum
getfacl -PRnps /etc ${rights} | tail -n 500
${shows}`);

function difference(before: string, after: string): string {
  const [had, has] = [before.split("\n"), after.split("\n")];
  const lines = (of: string[], than: string[], sign: string) => {
    const known = new Set(than);
    return of.filter((line) => !known.has(line)).map((line) => `${sign}${line}`);
  };
  return [...lines(had, has, "-"), ...lines(has, had, "+")].slice(0, 30).join("\n");
}
