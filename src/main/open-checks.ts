import type { Sample } from "../api/metrics.ts";
import type { Calls } from "../api/table.ts";
import type { Observed } from "../base/event.ts";
import type { CheckSettings } from "../settings/core/checks.ts";
import type { Settings } from "../settings/core/settings.ts";
import { checksPage } from "./check-page.ts";
import { CheckWatch } from "./check-watch.ts";
import { keptChecks } from "./kept-checks.ts";
import type { Named } from "./named-hosts.ts";

type Needs = {
  readonly state: string;
  readonly settings: () => Pick<Settings, "checks">;
  readonly machines: () => Promise<readonly { readonly name: string }[]>;
  readonly observed: (events: readonly Observed[]) => Promise<void>;
  readonly now: () => number;
  readonly troubled: (error: unknown) => void;
  readonly openHosts?: (schedule: CheckSettings) => Named[]; // not given: as ssh knows them
  readonly firstAfterMs?: number; // until it looks by itself
};
export type OpenChecks = {
  readonly calls: Pick<Calls, "listChecks" | "showChecks">;
  readonly look: () => Promise<void>; // now, whatever the time
  samples(): Promise<Sample[]>;
  stop(): Promise<void>;
};

/** The service's own runs of checks, what the page asks of all runs, and what of them is measured. */
export function openChecks({ settings, machines, ...needs }: Needs): OpenChecks {
  const { state, now } = needs;
  const { read } = keptChecks(state, now);
  const watch = new CheckWatch({
    ...needs,
    acknowledged: async ({ baseline }) => [
      ...(baseline === undefined ? [] : await read(baseline)),
      ...(await read(undefined)),
    ],
    schedules: () => settings().checks,
    machines: async () => new Set((await machines()).map(({ name }) => name)),
  });
  /** A baseline that cannot be read is its schedule's trouble, and hides no page. */
  const acknowledged = async () => {
    const files = new Set(settings().checks.flatMap(({ baseline }) => baseline ?? []));
    const lists = [...files].map((file) => read(file).catch(() => []));
    return (await Promise.all([...lists, read(undefined)])).flat();
  };
  const calls = checksPage({ state, now, acknowledged, schedules: () => watch.schedules() });
  const look = () => watch.look();
  return {
    calls,
    look,
    samples: async () => samplesOf(await calls.listChecks({}, "")),
    stop: () => watch.stop(),
  };
}

/** Rules are few; hosts are not, and are no labels. */
function samplesOf({ hosts, rows, schedules }: Awaited<ReturnType<Calls["listChecks"]>>): Sample[] {
  const failing = new Map<string, Sample>();
  for (const { is, rule, acknowledged } of rows) {
    if (is !== "fail" || rule === null) continue;
    const labels = { rule, acknowledged: acknowledged === null ? "no" : "yes" };
    const key = JSON.stringify(labels);
    const value = (failing.get(key)?.value ?? 0) + 1;
    failing.set(key, { name: "rackhand_checks_failing", labels, value });
  }
  const troubled = hosts.filter(({ trouble }) => trouble !== null).length;
  return [
    ...failing.values(),
    { name: "rackhand_check_hosts", labels: { is: "asked" }, value: hosts.length - troubled },
    { name: "rackhand_check_hosts", labels: { is: "not asked" }, value: troubled },
    ...schedules.flatMap(({ name: schedule, at, tookMs }): Sample[] =>
      at === null || tookMs === null
        ? []
        : [
            { name: "rackhand_check_last_run_timestamp_seconds", labels: { schedule }, value: at / 1000 },
            { name: "rackhand_check_run_seconds", labels: { schedule }, value: tookMs / 1000 },
          ],
    ),
  ];
}
