import type { Answer } from "./read-answer.ts";
import type { Facts, Heard, Remedy, Rule, Verdict } from "./rule.ts";

/** A rule's answer about one host; a failure comes with what mends it. */
export type Finding = {
  readonly rule: string;
  readonly verdict: Verdict;
  readonly remedy?: Remedy;
  /** Somebody said why it may stay so; it is no reason for alarm then. */
  readonly acknowledged?: { readonly reason: string; readonly by: string; readonly until: string };
  readonly lapsed?: string; // why an acknowledgement counts no longer
  readonly failsSince?: number; // when this failure was first seen
  readonly at?: number; // when this answer was given, where that is not now
  readonly mends?: true; // of an answer that was kept: there were steps, which are not
};
/** `trouble`: nothing could be learnt of it, and why. */
export type HostResult = {
  readonly host: string;
  readonly findings: readonly Finding[];
  readonly facts?: Facts;
  readonly trouble?: string;
};

/** A rule that throws says nothing about the host, and the others go on. */
export const judgeHost = (rules: readonly Rule[], answer: Answer, mayAsk = false): Finding[] =>
  rules.map((rule) => {
    try {
      return judged(rule, answer, mayAsk);
    } catch (error) {
      return unknown(rule.id, `the rule itself failed: ${error instanceof Error ? error.message : error}`);
    }
  });

function judged(rule: Rule, { facts, heard }: Answer, mayAsk: boolean): Finding {
  const applies = rule.applies(facts);
  if (applies !== true) return { rule: rule.id, verdict: { is: "not-applicable", because: applies } };
  if (rule.probe.consent !== undefined && !mayAsk) {
    const because = "it asks others in the network, and was not told to (--ask-network)";
    return { rule: rule.id, verdict: { is: "not-applicable", because } };
  }
  const said = heard.get(rule.id);
  if (said === undefined) return unknown(rule.id, "the host's time was over before it was asked");
  const verdict = rule.judge(said, facts);
  const isSure = verdict.is === "fail" || verdict.is === "not-applicable";
  if (!isSure && said.cut !== false) return unknown(rule.id, CUT[said.cut]);
  if (verdict.is !== "fail") return { rule: rule.id, verdict };
  return { rule: rule.id, verdict, remedy: rule.remedy(said, facts) };
}

/** What fails in half an answer fails; what passes in one may not, and what is missing there is not the host's. */
const CUT: Readonly<Record<Exclude<Heard["cut"], false>, string>> = {
  late: "its probe did not end in time",
  long: "its probe said more than is read",
};

const unknown = (rule: string, because: string): Finding => ({ rule, verdict: { is: "unknown", because } });

/** 1 when anything fails that nobody acknowledged, 2 when something could not be told, else 0. */
export function exitOf(results: readonly HostResult[]): 0 | 1 | 2 {
  const all = results.flatMap(({ findings }) => findings);
  if (all.some((one) => one.verdict.is === "fail" && one.acknowledged === undefined)) return 1;
  const unsure = results.some(({ trouble }) => trouble !== undefined);
  return unsure || all.some(({ verdict }) => verdict.is === "unknown") ? 2 : 0;
}
