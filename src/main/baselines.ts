import { type Drawn, drawnOfRun } from "../bench/core/drawn.ts";
import type { Run } from "../bench/core/run.ts";

const PROFILES = [
  ["SSD", "baseline-ssd"],
  ["HDD", "baseline-hdd"],
] as const;

/** What an SSD and a disk alone did where these runs were: the last run of each profile there, as bands. */
export function baselinesFor(runs: readonly Run[], all: readonly Run[]): Drawn[] {
  if (runs.every(({ job }) => PROFILES.some(([, profile]) => profile === job))) return []; // they are it
  const hosts = new Set(runs.map(({ host }) => host));
  return PROFILES.flatMap(([name, profile]) => {
    const last = all.findLast(({ job, host }) => job === profile && hosts.has(host));
    return last === undefined ? [] : [{ ...drawnOfRun(last), name }];
  });
}
