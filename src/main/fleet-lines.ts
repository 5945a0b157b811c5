import type { FleetRow } from "../api/check-rows.ts";
import { duration } from "../base/units.ts";
import type { Finding, HostResult } from "../check/core/judge-host.ts";
import type { KeptRun } from "../check/core/standing.ts";

const DAY_MS = 86_400_000;

/** What fails, by rule, the newest first. */
export function fleetRows(results: readonly HostResult[]): FleetRow[] {
  const rows = results.flatMap(({ host, findings, trouble }) => [
    ...(trouble === undefined ? [] : [untold(host, null, trouble, null)]),
    ...findings.flatMap((finding) => rowsOf(host, finding)),
  ]);
  const key = ({ is, rule }: FleetRow) => `${is} ${rule ?? ""}`;
  return rows.sort((a, b) =>
    key(a) === key(b) ? (b.failsSince ?? 0) - (a.failsSince ?? 0) : key(a) < key(b) ? -1 : 1,
  );
}

function rowsOf(host: string, { rule, verdict, at, failsSince, acknowledged, lapsed }: Finding): FleetRow[] {
  if (verdict.is === "unknown") return [untold(host, rule, verdict.because, at ?? null)];
  if (verdict.is !== "fail") return [];
  const [since, asked] = [failsSince ?? null, at ?? null];
  return [
    {
      ...{ host, rule, is: "fail", cause: verdict.cause, says: verdict.found },
      ...{ failsSince: since, isNew: since !== null && since === asked, at: asked },
      ...{ acknowledged: acknowledged ?? null, lapsed: lapsed ?? null },
    },
  ];
}

const untold = (host: string, rule: string | null, says: string, at: number | null): FleetRow => ({
  ...{ host, rule, is: "unknown", cause: null, says, failsSince: null, isNew: false, at },
  ...{ acknowledged: null, lapsed: null },
});

/** What was done to hosts, the newest first. */
export const changedRows = (runs: ReadonlyMap<string, KeptRun>, rules: readonly string[]): FleetRow[] =>
  [...runs]
    .flatMap(([host, { acts = [] }]) => acts.map((act) => ({ host, act })))
    .filter(({ act }) => rules.length === 0 || rules.includes(act.rule))
    .sort((a, b) => b.act.at - a.act.at)
    .map(({ host, act }) => ({
      ...untold(host, act.rule, `${act.did} by ${act.by} (${act.id})`, act.at),
      is: "changed",
    }));

export function fleetLines(results: readonly HostResult[], rows: readonly FleetRow[], now: number): string[] {
  if (results.length === 0) return ["No run is kept here yet: `rackhand check HOST` keeps one."];
  const failing = rows.filter(({ is }) => is === "fail");
  const hosts = new Set(failing.map(({ host }) => host)).size;
  const lines: string[] = [];
  for (const row of rows) {
    const head = { fail: row.rule!, unknown: "could not tell", changed: "changed" }[row.is];
    if (lines.at(-1) === undefined || headOf(row, rows) === row) lines.push(`${head}:`);
    lines.push(`  ${row.host.padEnd(WIDTH)}${rowWords(row, now)}`);
  }
  return [`${failing.length} failures on ${hosts} of ${results.length} hosts.`, ...lines];
}
const WIDTH = 22;

/** The first row below the same heading. */
const headOf = ({ is, rule }: FleetRow, rows: readonly FleetRow[]): FleetRow | undefined =>
  rows.find((one) => one.is === is && (is !== "fail" || one.rule === rule));

function rowWords(row: FleetRow, now: number): string {
  if (row.is === "changed") return `${minute(row.at!)}  ${row.rule} ${row.says}`;
  if (row.is === "unknown") return row.rule === null ? row.says : `${row.rule}: ${row.says}`;
  const since = row.failsSince === null ? "" : row.isNew ? "NEW  " : `${sinceWords(row.failsSince, now)}  `;
  const { acknowledged, lapsed } = row;
  const word = acknowledged && ` (acknowledged by ${acknowledged.by} until ${acknowledged.until})`;
  return `${since}${row.says}${word ?? ""}${lapsed === null ? "" : ` (${lapsed})`}`;
}

/** `since 2026-11-26 (3 days)`. */
export function sinceWords(at: number, now: number): string {
  const days = Math.floor((now - at) / DAY_MS);
  const long = days >= 2 ? `${days} days` : duration(Math.max(0, now - at));
  return `since ${minute(at)} (${long})`;
}

const minute = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
