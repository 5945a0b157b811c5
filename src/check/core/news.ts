import { type Acknowledgement, acknowledgedAt } from "./acknowledged.ts";
import type { KeptRun, Known } from "./standing.ts";

/** What a run tells that the one before did not: a failure that counts, or the end of one. */
export type News = {
  readonly kind: "check.failed" | "check.passed";
  readonly rule: string;
  readonly cause: string;
  readonly says: string;
  readonly since: number; // when the failure was first seen
};

/**
 * Of the rules that were asked in this run. A failure counts while nobody acknowledged it; one that was, and
 * is not any more, is told like a new one. What could not be told ends no failure and begins none.
 */
export function newsOf(
  host: string,
  before: KeptRun | undefined,
  after: KeptRun,
  list: readonly Acknowledgement[],
): News[] {
  const isAcknowledged = (rule: string, { cause = "" }: Known, at: number) =>
    acknowledgedAt(list, { host, rule, cause }, at) !== undefined;
  return Object.entries(after.known).flatMap(([rule, now]): News[] => {
    const was = before?.known[rule];
    if (now.at !== after.at) return [];
    if (now.is === "fail") {
      const isSame = was?.failsSince !== undefined && was.failsSince === now.failsSince;
      const wasTold = isSame && !isAcknowledged(rule, was, before!.at);
      if (wasTold || isAcknowledged(rule, now, after.at)) return [];
      return [{ ...ofFailure("check.failed", rule, now), says: `${rule} fails: ${now.words}` }];
    }
    if (now.is === "unknown" || was?.failsSince === undefined) return [];
    const says = now.is === "pass" ? `${rule} passes again` : `${rule} does not apply any more: ${now.words}`;
    return [{ ...ofFailure("check.passed", rule, was), says }];
  });
}

const ofFailure = (kind: News["kind"], rule: string, { cause = "", failsSince, at }: Known) => ({
  ...{ kind, rule, cause },
  since: failsSince ?? at,
});
