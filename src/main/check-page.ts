import type { CheckedHost, CheckFinding } from "../api/check-rows.ts";
import type { Calls } from "../api/table.ts";
import { Fault } from "../base/fault.ts";
import { bareName } from "../base/host-name.ts";
import { printable } from "../base/text.ts";
import { type Acknowledgement, acknowledge } from "../check/core/acknowledged.ts";
import type { Finding, HostResult } from "../check/core/judge-host.ts";
import type { Rule } from "../check/core/rule.ts";
import { type KeptRun, resultOf } from "../check/core/standing.ts";
import { lastRunsIn } from "../check/kept-runs.ts";
import { loadRules } from "../check/load-rules.ts";
import type { CheckWatch } from "./check-watch.ts";
import { changedRows, fleetRows } from "./fleet-lines.ts";
import { runsIn } from "./host-keeper.ts";

type Needs = {
  readonly state: string;
  readonly now: () => number;
  readonly acknowledged: () => Promise<readonly Acknowledgement[]>;
  readonly schedules: CheckWatch["schedules"];
};
type CheckCalls = Pick<Calls, "listChecks" | "showChecks">;
type Known = { readonly run: KeptRun; readonly result: HostResult };

const MOST_CHANGES = 50;

/** Kept runs as the service shows them: those of the command line in the same state directory, and its own. */
export function checksPage({ state, now, acknowledged, schedules }: Needs): CheckCalls {
  const lastRuns = lastRunsIn(runsIn(state));
  let rules: Promise<readonly Rule[]> | undefined;
  const all = async (): Promise<Known[]> => {
    const [runs, list] = await Promise.all([lastRuns(), acknowledged()]);
    return [...runs].map(([host, run]) => ({
      run,
      result: acknowledge([resultOf(host, run)], list, now())[0]!,
    }));
  };
  return {
    async listChecks({ machine }) {
      const hosts = (await all()).filter(
        ({ result }) => machine === undefined || bareName(result.host) === machine,
      );
      const changed = changedRows(new Map(hosts.map(({ run, result }) => [result.host, run])), []);
      const rows = [...fleetRows(hosts.map(({ result }) => result)), ...changed.slice(0, MOST_CHANGES)];
      return { hosts: hosts.map(hostOf), rows, schedules: await schedules() };
    },
    async showChecks({ host }) {
      const one = (await all()).find(({ result }) => result.host === host);
      if (one === undefined) throw new Fault("check.not-kept", { host: printable(host) });
      rules ??= loadRules();
      const means = new Map((await rules).map(({ id, says }) => [id, says]));
      const findings = one.result.findings.map((finding) => shown(finding, means, one.run.at));
      return { host: hostOf(one), findings, acts: [...(one.run.acts ?? [])].reverse() };
    },
  };
}

function hostOf({ run, result }: Known): CheckedHost {
  const { host, findings, trouble = null } = result;
  const count = (is: (finding: Finding) => boolean) => findings.filter(is).length;
  return {
    ...{ host, machine: bareName(host), at: run.at, by: run.by ?? null, trouble },
    fails: count(({ verdict, acknowledged }) => verdict.is === "fail" && acknowledged === undefined),
    acknowledged: count((finding) => finding.acknowledged !== undefined),
    unknown: count(({ verdict }) => verdict.is === "unknown"),
    passes: count(({ verdict }) => verdict.is === "pass"),
  };
}

function shown(finding: Finding, means: ReadonlyMap<string, string>, runAt: number): CheckFinding {
  const { rule, verdict, remedy, mends = false, failsSince, at, acknowledged, lapsed } = finding;
  const failure = verdict.is === "fail" ? verdict : undefined;
  return {
    ...{ rule, means: means.get(rule) ?? null, is: verdict.is },
    says: failure?.found ?? ("because" in verdict ? verdict.because : ""),
    ...{ cause: failure?.cause ?? null, evidence: [...(failure?.evidence ?? [])] },
    ...{ remedy: remedy?.say ?? null, mends, failsSince: failsSince ?? null, at: at ?? runAt },
    ...{ acknowledged: acknowledged ?? null, lapsed: lapsed ?? null },
  };
}
