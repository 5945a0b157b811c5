import { Fault } from "../base/fault.ts";
import { takeTurns } from "../base/turns.ts";
import { checkHosts, MOST_AT_ONCE } from "../check/check-hosts.ts";
import { exitOf, type HostResult } from "../check/core/judge-host.ts";
import type { Rule } from "../check/core/rule.ts";
import { type Fixed, type FixWish, fixHost, type Proposal, proposeFixes } from "../check/fix-host.ts";
import { chosenRules, loadRules } from "../check/load-rules.ts";
import type { Agree, CheckWish, Said } from "../cli/world.ts";
import type { Host } from "../host/host.ts";
import { linesOf } from "./check-lines.ts";
import type { Came, HostKeeper } from "./host-keeper.ts";
import { type Named, namedHosts, ownerOf, worded } from "./named-hosts.ts";

type Open = { readonly host: Host; readonly result: HostResult; readonly proposals: readonly Proposal[] };
/** What `--json` tells of a host. */
type Mended = HostResult & { readonly fixes: readonly ToldFix[] };
type ToldFix = {
  readonly rule: string;
  readonly is: Fixed["is"] | "proposed";
  readonly id: string | null;
  readonly trouble?: string;
  readonly preview: readonly string[];
};

type With = {
  readonly user: string;
  readonly stopped: AbortSignal;
  readonly tell: (what: string) => void;
  readonly agree: Agree;
  readonly keeper: HostKeeper;
};

/** Asks, shows, is agreed with, applies; each host on its own, and what it is found to be afterwards. */
export async function fixHosts(
  asked: CheckWish,
  { user, stopped, tell, agree, keeper }: With,
): Promise<Said> {
  const began = Date.now();
  const rules = chosenRules(await loadRules(asked.directory), asked.rules);
  const wish = {
    rules,
    mayAsk: asked.askNetwork,
    mayTry: asked.tryPasswords,
    now: Date.now,
    signal: stopped,
  };
  const opened = new Map<string, Host>();
  try {
    const results = await checkHosts(
      keptOpen(namedHosts(asked.hosts, asked.local), opened),
      wish,
      ({ host }) => tell(`${host} has answered`),
      keeper.around,
    );
    const hosts = await Promise.all(results.map((result) => proposed(result, rules, opened)));
    const preview = hosts.flatMap(previewOf);
    if (preview.length === 0)
      return saidOf(
        hosts.map((one) => untouched(one, "none")),
        began,
      );
    const agreed = await agree(preview, questionOf(hosts));
    if (agreed !== "yes")
      return {
        ...saidOf(
          hosts.map((one) => untouched(one, "proposed")),
          began,
        ),
        exit: 2,
      };
    const turn = takeTurns(MOST_AT_ONCE);
    const fix = { ...wish, owner: ownerOf(user, Date.now()) };
    const mend = (one: Open) =>
      keeper.mend(one.host.name, () => mended(one, fix, tell), keptOf).catch(untaken(one));
    return saidOf(await Promise.all(hosts.map((one) => turn(() => mend(one)))), began);
  } finally {
    await Promise.all([...opened.values()].map((host) => host.close()));
  }
}

/** The checking closes what it opened; here that waits until it is known what is to be mended. */
const keptOpen = (hosts: readonly Named[], opened: Map<string, Host>): Named[] =>
  hosts.map(({ name, open }) => ({
    name,
    open: () => {
      const host = open();
      opened.set(name, host);
      return { ...host, close: async () => {} };
    },
  }));

async function proposed(
  result: HostResult,
  rules: readonly Rule[],
  opened: Map<string, Host>,
): Promise<Open> {
  const host = opened.get(result.host)!;
  const failing = result.findings.flatMap((finding) =>
    finding.verdict.is === "fail" ? [{ rule: rules.find(({ id }) => id === finding.rule)!, finding }] : [],
  );
  const proposals = result.facts === undefined ? [] : await proposeFixes(host, failing, result.facts);
  if (proposals.length === 0) await host.close();
  return { host, result, proposals };
}

function previewOf({ host, proposals }: Open): string[] {
  return proposals.flatMap(({ rule, found, plan }) => [
    `${host.name}: ${rule.id}: ${found}`,
    ...("flaw" in plan ? [`  not by us: ${plan.flaw}`] : plan.preview.map((line) => `  ${line}`)),
  ]);
}

const canBe = ({ plan }: Proposal): boolean => !("flaw" in plan);

function questionOf(hosts: readonly Open[]): string {
  const names = new Map<string, string[]>();
  for (const { host, proposals } of hosts)
    for (const { rule } of proposals.filter(canBe))
      names.set(rule.id, [...(names.get(rule.id) ?? []), host.name]);
  const words = [...names].map(([rule, on]) => `${rule} on ${on.join(", ")}`);
  return words.length === 0 ? "" : `Apply ${words.join("; ")}?`;
}

async function mended(
  { host, result, proposals }: Open,
  wish: FixWish,
  tell: (what: string) => void,
): Promise<Mended> {
  const fixes: ToldFix[] = [];
  const findings = new Map(result.findings.map((finding) => [finding.rule, finding]));
  for (const proposal of proposals) {
    const fixed = await fixHost(host, proposal, wish);
    tell(`${host.name}: ${proposal.rule.id} ${WORDS[fixed.is]}`);
    if (fixed.finding !== undefined) findings.set(fixed.rule, fixed.finding);
    fixes.push(toldFix(proposal, fixed));
  }
  await host.close();
  return { ...result, findings: [...findings.values()], fixes };
}

/** What is known since of the rules that were mended, and what was done: what only was refused is nothing done. */
function keptOf({ host, findings, fixes }: Mended): Came {
  const did = { fixed: "mended", undone: "tried", broken: "left half done" } as const;
  const isFixed = (rule: string) => fixes.some((fix) => fix.rule === rule && fix.is === "fixed");
  return {
    result: { host, findings: findings.filter(({ rule }) => isFixed(rule)) },
    acts: fixes.flatMap(({ rule, is, id }) =>
      id === null || is === "refused" || is === "proposed" ? [] : [{ rule, id, did: did[is] }],
    ),
  };
}

const WORDS = {
  fixed: "mended",
  undone: "was tried and taken back",
  refused: "was not touched",
  broken: "IS HALF DONE",
} as const;

const previewLines = ({ plan }: Proposal): readonly string[] => ("flaw" in plan ? [] : plan.preview);

const toldFix = (proposal: Proposal, { rule, is, id, trouble }: Fixed): ToldFix => ({
  ...{ rule, is, id, preview: previewLines(proposal) },
  ...(trouble !== undefined && { trouble: worded(trouble) }),
});

/** Somebody else is at it. */
const untaken =
  (one: Open) =>
  (error: unknown): Mended => {
    if (!(error instanceof Fault)) throw error;
    const refused = { is: "refused", trouble: worded(error) } as const;
    return { ...one.result, fixes: untouched(one, "proposed").fixes.map((fix) => ({ ...fix, ...refused })) };
  };

const untouched = ({ result, proposals }: Open, is: "proposed" | "none"): Mended => ({
  ...result,
  fixes:
    is === "none"
      ? []
      : proposals.map((one) => ({ ...{ rule: one.rule.id, is, id: null }, preview: previewLines(one) })),
});

/** Fails what still fails; what went wrong in mending could not be told. */
function saidOf(all: readonly Mended[], began: number): Said {
  const when = { began, now: Date.now() };
  const says = all.flatMap((one) => [
    ...linesOf(one, when),
    ...one.fixes.flatMap((fix) => fixLines(one.host, fix)),
  ]);
  const exit = exitOf(all);
  return { says, answer: all, exit };
}

function fixLines(host: string, { rule, is, id, trouble }: ToldFix): string[] {
  if (is === "proposed") return [];
  if (is === "fixed")
    return [
      `  mended ${rule}; the way back: rackhand check undo ${id} ${host === "here" ? "--local" : host}`,
    ];
  return [`  ${trouble}`];
}
