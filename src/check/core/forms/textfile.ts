import type { HostResult } from "../judge-host.ts";
import { harmless, type ToldRun } from "../told-run.ts";

type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };
type Metric = { readonly says: string; readonly of: (result: HostResult, run: ToldRun) => readonly Sample[] };

/** For node_exporter's textfile collector: no time stamps on samples (it refuses those), so the time is a metric. */
export function textfile(run: ToldRun): string {
  const lines = Object.entries(METRICS).flatMap(([name, { says, of }]) => {
    const samples = run.results.flatMap((result) => of(result, run));
    if (samples.length === 0) return [];
    return [
      `# HELP ${name} ${says}`,
      `# TYPE ${name} gauge`,
      ...samples.map(({ labels, value }) => `${name}{${labelWords(labels)}} ${value}`),
    ];
  });
  return `${lines.join("\n")}\n`;
}

const METRICS: Readonly<Record<string, Metric>> = {
  rackhand_check_failed: {
    says: "1 where the host is in the trap, acknowledged or not; 0 where it is not. None where nobody could tell.",
    of: ({ host, findings }) =>
      findings.flatMap(({ rule, verdict: { is } }) =>
        is === "fail" || is === "pass" ? [{ labels: { host, rule }, value: is === "fail" ? 1 : 0 }] : [],
      ),
  },
  rackhand_check_failed_since_timestamp_seconds: {
    says: "When the failure was first seen.",
    of: ({ host, findings }) =>
      findings.flatMap(({ rule, failsSince }) =>
        failsSince === undefined ? [] : [{ labels: { host, rule }, value: failsSince / 1000 }],
      ),
  },
  rackhand_check_acknowledged: {
    says: "1 where the failure is acknowledged.",
    of: ({ host, findings }) =>
      findings.flatMap(({ rule, acknowledged }) =>
        acknowledged === undefined ? [] : [{ labels: { host, rule }, value: 1 }],
      ),
  },
  rackhand_check_unknown: {
    says: "1 where it could not be told.",
    of: ({ host, findings }) =>
      findings.flatMap(({ rule, verdict }) =>
        verdict.is === "unknown" ? [{ labels: { host, rule }, value: 1 }] : [],
      ),
  },
  rackhand_check_host_up: {
    says: "0 where the host could not be asked.",
    of: ({ host, trouble }) => [{ labels: { host }, value: trouble === undefined ? 1 : 0 }],
  },
  rackhand_check_last_run_timestamp_seconds: {
    says: "When the host was last asked.",
    of: ({ host }, { ended }) => [{ labels: { host }, value: ended / 1000 }],
  },
};

const labelWords = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${harmless(value).replace(/["\\]/g, "\\$&")}"`)
    .join(",");
