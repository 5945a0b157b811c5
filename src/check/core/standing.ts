import type { Finding, HostResult } from "./judge-host.ts";
import type { Verdict } from "./rule.ts";

/** What is known of a rule on a host: the last answer, and when it was given. */
export type Known = {
  readonly is: Verdict["is"];
  readonly at: number;
  readonly words: string; // what was found, or why it could not be told
  readonly cause?: string;
  /** When this failure was first seen; kept while it could not be told whether it still is. */
  readonly failsSince?: number;
  readonly evidence?: readonly string[]; // the first lines, cut
  readonly remedy?: string;
  readonly mends?: true; // `--fix` has steps for it
};
/** What somebody changed on a host, or took back: `id` is the way back's name there. */
export type Act = {
  readonly at: number;
  readonly by: string;
  readonly did: "mended" | "tried" | "left half done" | "took back";
  readonly rule: string;
  readonly id: string;
};
/** A run as it is kept: a line has all that is known of the host by then, so that older lines may go. */
export type KeptRun = {
  readonly at: number;
  readonly by?: string; // a person, or the schedule's name
  readonly trouble?: string;
  readonly known: Readonly<Record<string, Known>>;
  readonly acts?: readonly Act[]; // the last ones, the newest last
};
export type RunBy = { readonly at: number; readonly by: string; readonly acts?: readonly Act[] };

const MOST_ACTS = 20;
const MOST_EVIDENCE = 8;
const MOST_CHARACTERS = 300;

export function keptRun(
  before: KeptRun | undefined,
  { findings, trouble }: HostResult,
  { at, by, acts = [] }: RunBy,
): KeptRun {
  const asked = findings.map((finding) => [finding.rule, known(before?.known[finding.rule], finding, at)]);
  const all = { ...before?.known, ...Object.fromEntries(asked) };
  const done = [...(before?.acts ?? []), ...acts].slice(-MOST_ACTS);
  return {
    ...{ at, by, known: all },
    ...(trouble !== undefined && { trouble }),
    ...(done.length > 0 && { acts: done }),
  };
}

function known(before: Known | undefined, { verdict, remedy }: Finding, at: number): Known {
  const { is } = verdict;
  if (is === "pass") return { is, at, words: "" };
  if (is === "not-applicable") return { is, at, words: verdict.because };
  const { cause, failsSince } = before ?? {};
  if (is === "unknown") {
    const failing = cause !== undefined && failsSince !== undefined && { cause, failsSince };
    return { is, at, words: verdict.because, ...failing };
  }
  const since = cause === verdict.cause ? failsSince : undefined; // another cause is another failure
  return {
    ...{ is, at, words: verdict.found, cause: verdict.cause, failsSince: since ?? at },
    evidence: verdict.evidence.slice(0, MOST_EVIDENCE).map((line) => line.slice(0, MOST_CHARACTERS)),
    ...(remedy !== undefined && { remedy: remedy.say }),
    ...(remedy !== undefined && remedy.steps.length > 0 && { mends: true }),
  };
}

/** Each failure with the moment it was first seen. */
export const withSince = (result: HostResult, { known: all }: KeptRun): HostResult => ({
  ...result,
  findings: result.findings.map((finding) => {
    const failsSince = finding.verdict.is === "fail" ? all[finding.rule]?.failsSince : undefined;
    return failsSince === undefined ? finding : { ...finding, failsSince };
  }),
});

/** What the last run knew of a host, as if it had just answered. */
export function resultOf(host: string, { trouble, known: all }: KeptRun): HostResult {
  const findings = Object.entries(all).map(([rule, one]): Finding => {
    const { is, words, cause = "", failsSince, at, evidence = [], remedy, mends } = one;
    if (is === "pass") return { rule, verdict: { is }, at };
    if (is !== "fail") return { rule, verdict: { is, because: words }, at };
    return {
      ...{ rule, verdict: { is, cause, found: words, evidence }, at, failsSince: failsSince ?? at },
      ...(remedy !== undefined && { remedy: { say: remedy, steps: [] } }),
      ...(mends && { mends }),
    };
  });
  return { host, findings, ...(trouble !== undefined && { trouble }) };
}

/** The last whole line; one that a full disk or a kill cut off counts for nothing. */
export function lastRun(text: string): KeptRun | undefined {
  for (const line of text.split("\n").reverse()) {
    try {
      const run = JSON.parse(line) as KeptRun | null;
      if (typeof run?.at === "number" && typeof run.known === "object") return run;
    } catch {
      // half a line
    }
  }
  return undefined;
}

/** The newest lines, when all together are more than `most` characters: half as many, so that this is seldom. */
export function trimmed(text: string, most: number): string {
  if (text.length <= most) return text;
  const from = text.indexOf("\n", text.length - most / 2);
  const newest = from === -1 ? "" : text.slice(from + 1);
  return newest === "" ? text.slice(text.lastIndexOf("\n", text.length - 2) + 1) : newest;
}
