import { flaw, ok, type Read } from "../../base/read.ts";
import type { Finding, HostResult } from "./judge-host.ts";

/** Somebody's word that a failure may stay for a while; for this cause, until the end of that day (UTC). */
export type Acknowledgement = {
  readonly host: string;
  readonly rule: string;
  readonly cause: string;
  readonly reason: string;
  readonly until: string; // 2027-01-31
  readonly by: string;
};

const KEYS = ["host", "rule", "cause", "reason", "until", "by"] as const;
const DAY_MS = 86_400_000;

/** The file `{ "acknowledged": [...] }`; what is wrong in it is said with the number of the entry. */
export function readAcknowledged(text: string): Read<Acknowledgement[]> {
  let said: { acknowledged?: unknown } | null;
  try {
    said = JSON.parse(text) as typeof said;
  } catch {
    return flaw("it is no JSON");
  }
  const list = said?.acknowledged;
  if (!Array.isArray(list)) return flaw('it has no list "acknowledged"');
  for (const [i, one] of list.entries()) {
    const missing = KEYS.filter((key) => typeof (one as Record<string, unknown> | null)?.[key] !== "string");
    if (missing.length > 0) return flaw(`entry ${i + 1} lacks ${missing.join(", ")}`);
    const { until } = one as Acknowledgement;
    if (!isDay(until)) return flaw(`entry ${i + 1}: "${until}" is no day such as 2027-01-31`);
  }
  return ok(list as Acknowledgement[]);
}

/** In order, an entry each few lines: it is read in a repository's differences. */
export function writeAcknowledged(list: readonly Acknowledgement[]): string {
  const sorted = [...list].sort((a, b) => (wordsOf(a) < wordsOf(b) ? -1 : 1));
  const entries = sorted.map((one) => Object.fromEntries(KEYS.map((key) => [key, one[key]])));
  return `${JSON.stringify({ acknowledged: entries }, null, 2)}\n`;
}

const wordsOf = ({ host, rule }: Pick<Acknowledgement, "host" | "rule">): string => `${host} ${rule}`;

/** With this one in the place of an older one about the same. */
export const withOne = (list: readonly Acknowledgement[], one: Acknowledgement): Acknowledgement[] => [
  ...list.filter((other) => wordsOf(other) !== wordsOf(one)),
  one,
];

export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

export const isOver = (until: string, now: number): boolean => now >= Date.parse(until) + DAY_MS;

type Failure = Pick<Acknowledgement, "host" | "rule" | "cause">;

/** Whose word this failure stands under at that moment. */
export const acknowledgedAt = (list: readonly Acknowledgement[], failure: Failure, at: number) =>
  list.find(
    (one) => wordsOf(one) === wordsOf(failure) && one.cause === failure.cause && !isOver(one.until, at),
  );

/** Failures that somebody acknowledged, marked so; where that no longer counts, why. */
export function acknowledge(
  results: readonly HostResult[],
  list: readonly Acknowledgement[],
  now: number,
): HostResult[] {
  const byName = new Map<string, Acknowledgement[]>();
  for (const one of list) byName.set(wordsOf(one), [...(byName.get(wordsOf(one)) ?? []), one]);
  return results.map((result) => ({
    ...result,
    findings: result.findings.map((finding) => {
      const words = byName.get(`${result.host} ${finding.rule}`);
      if (words === undefined) return finding;
      const { cause = "" } = finding.verdict.is === "fail" ? finding.verdict : {};
      const one = acknowledgedAt(words, { host: result.host, rule: finding.rule, cause }, now);
      return marked(finding, one ?? words.at(-1)!, now);
    }),
  }));
}

function marked(finding: Finding, { reason, by, until, cause }: Acknowledgement, now: number): Finding {
  const { verdict } = finding;
  if (verdict.is !== "fail") return finding;
  if (verdict.cause !== cause)
    return { ...finding, lapsed: `${by} acknowledged another cause (${cause}; now ${verdict.cause})` };
  if (isOver(until, now)) return { ...finding, lapsed: `${by} acknowledged it until ${until}: ${reason}` };
  return { ...finding, acknowledged: { reason, by, until } };
}
