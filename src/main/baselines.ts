import type { Benches } from "../bench/benches.ts";
import { type Drawn, drawnOfRun } from "../bench/core/drawn.ts";
import type { Run } from "../bench/core/run.ts";

const PROFILES = [
  ["SSD", "baseline-ssd"],
  ["HDD", "baseline-hdd"],
] as const;

type Brief = Pick<Run, "job" | "host" | "id" | "startedAt">;

/** What an SSD and a disk alone did where these runs were: the last run of each profile there, as bands. */
export function baselinesFor(runs: readonly Brief[], all: readonly Brief[], kept: Benches): Drawn[] {
  if (runs.every(({ job }) => PROFILES.some(([, profile]) => profile === job))) return []; // they are it
  const hosts = new Set(runs.map(({ host }) => host));
  return PROFILES.flatMap(([name, profile]) => {
    const there = all.filter(({ job, host }) => job === profile && hosts.has(host));
    const last = there.sort((a, b) => a.startedAt - b.startedAt).at(-1);
    const run = last && kept.one(last.id);
    return run === undefined || run.series.length === 0 ? [] : [{ ...drawnOfRun(run), name }];
  });
}
