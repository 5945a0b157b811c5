import { flaw, ok, type Read } from "../../base/read.ts";
import { distribution } from "../../plot/core/distribution.ts";
import { binned, heatMap } from "../../plot/core/heat.ts";
import { type Fit, iopsOverTime } from "../../plot/core/iops.ts";
import type { Picture } from "../../plot/core/picture.ts";
import type { Drawn } from "./drawn.ts";

export const KINDS = ["iops", "latency", "distribution"] as const;
export type Kind = (typeof KINDS)[number];
export type Asked = {
  readonly kind: Kind | undefined; // not said: over time where there is a time
  readonly fit: Fit;
  readonly baselines: readonly Drawn[];
};

export function pictured(runs: readonly Drawn[], { kind, fit, baselines }: Asked): Read<Picture> {
  const isTimed = runs.every(({ iops }) => iops.length > 0);
  switch (kind ?? (isTimed ? "iops" : "distribution")) {
    case "iops":
      return overTime(runs, { fit, baselines });
    case "latency":
      return latencies(runs);
    case "distribution":
      return spread(runs);
  }
}

function overTime(
  runs: readonly Drawn[],
  { fit, baselines }: Pick<Asked, "fit" | "baselines">,
): Read<Picture> {
  const without = [...runs, ...baselines].find(({ iops }) => iops.length === 0);
  if (without !== undefined) return flaw(`${without.name} has no IOPS over time`);
  const curves = runs.map(({ name, iops }) => ({ name, points: iops }));
  const bands = baselines.map(({ name, iops }) => ({ name, values: iops.map(([, value]) => value) }));
  return ok(iopsOverTime(curves, { fit, baselines: bands }));
}

/** One run over time, several by how their requests compare. */
function latencies(runs: readonly Drawn[]): Read<Picture> {
  const [only] = runs;
  const one = runs.length === 1 ? only : undefined;
  if (one !== undefined && one.maps.length > 0) return ok(heatMap(one.name, one.maps));
  if (one !== undefined && one.latency.length > 0)
    return ok(heatMap(one.name, [{ name: "mean latency of a window in µs", columns: binned(one.latency) }]));
  const without = runs.find(({ requests }) => requests.length === 0);
  if (without !== undefined) return flaw(`${without.name} has no latencies of single requests`);
  const spreads = runs.map(({ name, requests }) => ({ name, values: requests }));
  return ok(distribution(spreads, { title: "Latency of requests", unit: "latency in µs", scale: "log" }));
}

function spread(runs: readonly Drawn[]): Read<Picture> {
  const units = [...new Set(runs.map(({ unit }) => unit))];
  if (units.length > 1) return flaw(`${units.join(" and ")} have no axis in common`);
  const without = runs.find(({ values }) => values.length === 0);
  if (without !== undefined) return flaw(`${without.name} has no value`);
  return ok(distribution(runs, { title: `How ${units[0]} is spread`, unit: units[0]!, scale: "linear" }));
}
