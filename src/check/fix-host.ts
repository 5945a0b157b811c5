import { randomBytes } from "node:crypto";
import { Fault } from "../base/fault.ts";
import type { Host, Ran } from "../host/host.ts";
import { askHost, type CheckWish } from "./check-hosts.ts";
import {
  applyScript,
  contentsScript,
  type Hold,
  type SetStep,
  settleScript,
  undoScript,
} from "./core/fix-script.ts";
import { type Finding, judgeHost } from "./core/judge-host.ts";
import { type Found, filesOf, type Plan, type PlannedStep, planFix } from "./core/plan-fix.ts";
import { readTold, restOf, type Told } from "./core/read-told.ts";
import type { Facts, Rule } from "./core/rule.ts";
import { LADDER } from "./core/script.ts";

/** What came of a remedy. Only `fixed` has left the host otherwise than it was, and `broken`, which says so. */
export type Fixed = {
  readonly rule: string;
  readonly id: string | null; // of the way back, where there is one
  readonly is: "fixed" | "undone" | "refused" | "broken";
  readonly trouble?: Fault;
  readonly finding?: Finding; // as the rule judged afterwards
};
/** A remedy that could be applied, or why not. */
export type Proposal = { readonly rule: Rule; readonly found: string; readonly plan: Plan };

const WITHIN_MS = 120_000;
const READ_WITHIN_MS = 15_000;
const MOST_BYTES = 16 << 20;

/** What a person can be shown and asked, for every failure that has steps. */
export async function proposeFixes(
  host: Host,
  failing: readonly { readonly rule: Rule; readonly finding: Finding }[],
  facts: Facts,
): Promise<Proposal[]> {
  const wanted = failing.filter(({ finding }) => (finding.remedy?.steps.length ?? 0) > 0);
  if (wanted.length === 0) return [];
  const all = wanted.map(({ rule, finding }) => ({
    rule,
    steps: finding.remedy!.steps,
    found: foundOf(finding),
  }));
  if (facts.uid !== 0) {
    const flaw = "only root can change this, and sudo does not let us";
    return all.map(({ rule, found }) => ({ rule, found, plan: { flaw } }));
  }
  const files = await contentsOf(host, [...new Set(all.flatMap(({ steps }) => filesOf(steps)))]);
  return all.map(({ rule, steps, found }) => ({ rule, found, plan: planFix(steps, files) }));
}

const foundOf = ({ verdict }: Finding): string => (verdict.is === "fail" ? verdict.found : "");

const FLAWS: Readonly<Record<string, (path: string) => string>> = {
  link: (path) => `${path} is behind a link, or in no directory`,
  large: (path) => `${path} is larger than 256 KiB`,
  closed: (path) => `${path} cannot be read`,
  odd: (path) => `${path} is not a file`,
};

async function contentsOf(host: Host, paths: readonly string[]): Promise<Map<string, Found>> {
  if (paths.length === 0) return new Map();
  const mark = randomBytes(12).toString("hex");
  const told = readTold((await shell(host, contentsScript(mark, paths), READ_WITHIN_MS)).stdout, mark);
  const found = new Map<string, Found>(paths.map((path) => [path, { flaw: `${path} could not be read` }]));
  for (const { word, rest } of told) {
    const [at = "", content = ""] = rest.split(" ");
    const path = paths[Number(at)];
    if (path === undefined || at === "") continue;
    if (word === "file") found.set(path, { content: Buffer.from(content, "base64").toString("latin1") });
    else if (word === "none") found.set(path, { content: null });
    else if (FLAWS[word] !== undefined) found.set(path, { flaw: FLAWS[word](path) });
  }
  return found;
}

export const shell = (host: Host, input: string, withinMs = WITHIN_MS): Promise<Ran> =>
  host.run({ argv: ["sh", "-c", LADDER], input, withinMs, mostBytes: MOST_BYTES });

export type FixWish = CheckWish & { readonly owner: string };

/**
 * Applies one remedy, has the rule look again, and takes it back unless the rule is content now. Once begun
 * it is not called off by a signal but brought to one of the two ends.
 */
export async function fixHost(host: Host, { rule, plan }: Proposal, wish: FixWish): Promise<Fixed> {
  const refused = (why: string): Fixed => ({
    ...{ rule: rule.id, id: null, is: "refused" },
    trouble: new Fault("check.fix-refused", { host: host.name, rule: rule.id, why }),
  });
  if ("flaw" in plan) return refused(plan.flaw);
  if (wish.signal?.aborted) return refused("it was stopped before it came to that");
  const hold = newHold(`${rule.id}-${dayOf(wish.now())}-${randomBytes(2).toString("hex")}`, wish.owner);
  try {
    const told = await act(host, hold, applyScript(hold, plan.steps.map(encoded)));
    const before = told.find(({ word }) => word === "refused" || word === "locked");
    if (before?.word === "locked") return { ...refused(""), trouble: lockedFault(host.name, before.rest) };
    if (before !== undefined) return refused(utf8(before.rest));
    if (told.some(({ word }) => word === "applied")) return await settle(host, rule, hold, wish);
    const why = utf8(restOf(told, "failed") ?? "it did not come to its end");
    if (told.some(({ word }) => word === "undone")) return undone(host, rule, hold, why);
    return told.some(({ word }) => word === "broken")
      ? broken(host, rule, hold, `${why}; ${utf8(restOf(told, "broken")!)}`)
      : await takeBack(host, rule, hold, why);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return broken(host, rule, hold, error.says);
  }
}

/** The rule itself says whether it helped. */
async function settle(host: Host, rule: Rule, hold: Hold, wish: FixWish): Promise<Fixed> {
  const { signal, ...goesOn } = wish;
  const answer = await askHost(host, { ...goesOn, rules: [rule] });
  const finding = typeof answer === "string" ? undefined : judgeHost([rule], answer, wish.mayAsk)[0];
  if (finding?.verdict.is === "pass" && !signal?.aborted) {
    const told = await act(host, hold, settleScript(hold));
    if (told.some(({ word }) => word === "fixed"))
      return { rule: rule.id, id: hold.id, is: "fixed", finding };
  }
  const why = signal?.aborted ? "it was stopped" : stillOf(finding, answer);
  return takeBack(host, rule, hold, why);
}

function stillOf(finding: Finding | undefined, answer: unknown): string {
  if (finding === undefined) return `whether it helped could not be told: ${answer}`;
  const { verdict } = finding;
  if (verdict.is === "fail") return `it did not help: ${verdict.found}`;
  return verdict.is === "pass"
    ? "the host could not note it down"
    : `whether it helped is unknown: ${verdict.because}`;
}

async function takeBack(host: Host, rule: Rule, hold: Hold, why: string): Promise<Fixed> {
  const told = await act(host, hold, undoScript(hold, false));
  if (told.some(({ word }) => word === "undone" || word === "already")) return undone(host, rule, hold, why);
  const wasBegun = !told.some(({ word }) => word === "unknown");
  if (!wasBegun) return { ...undone(host, rule, hold, why), id: null };
  const left = restOf(told, "broken") ?? restOf(told, "refused") ?? restOf(told, "failed") ?? "";
  return broken(host, rule, hold, [why, utf8(left)].filter((part) => part !== "").join("; "));
}

const undone = (host: Host, { id: rule }: Rule, { id }: Hold, why: string): Fixed => ({
  ...{ rule, id, is: "undone" },
  trouble: new Fault("check.fix-undone", { host: host.name, rule, why }),
});
const broken = (host: Host, { id: rule }: Rule, { id }: Hold, why: string): Fixed => ({
  ...{ rule, id, is: "broken" },
  trouble: new Fault("check.fix-broken", { host: host.name, id, why }),
});

export function lockedFault(host: string, rest: string): Fault {
  const [age = "0", ...owner] = rest.split(" ");
  const minutes = Math.round(Number(age) / 60);
  const late =
    minutes < LONG_MINUTES ? "" : `, ${minutes} minutes ago, so most likely nobody is at it any more`;
  const name = owner.join(" ").trim();
  return new Fault("check.locked", { host, owner: `${name === "" ? "somebody" : utf8(name)}${late}` });
}
const LONG_MINUTES = 10;

export const act = async (host: Host, { mark }: Hold, script: string): Promise<Told[]> =>
  readTold((await shell(host, script)).stdout, mark);

export const newHold = (id: string, owner: string): Hold => ({
  ...{ id, owner },
  mark: randomBytes(12).toString("hex"),
  token: randomBytes(12).toString("hex"),
});

const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10).replaceAll("-", "");

export const utf8 = (text: string): string => Buffer.from(text, "latin1").toString("utf8");

const base64 = (bytes: string | null): string | null =>
  bytes === null ? null : Buffer.from(bytes, "latin1").toString("base64");
const encoded = (step: PlannedStep): SetStep =>
  "run" in step ? step : { ...step, from: base64(step.from), to: base64(step.to) };
