import { flaw, ok, type Read } from "../../base/read.ts";
import { printable } from "../../base/text.ts";
import type { Readings } from "./readings.ts";

type Times = { mean?: number; N?: number; percentile?: Record<string, number> };
type Way = { total_ios?: number; iops?: number; bw_bytes?: number } & Partial<Record<`${Clock}_ns`, Times>>;
type Job = { jobname?: string; error?: number } & Partial<Record<(typeof WAYS)[number], Way>>;
type Clock = (typeof CLOCKS)[number];

const WAYS = ["read", "write", "trim"] as const;
const CLOCKS = ["slat", "clat", "lat"] as const; // submission, completion, both; in nanoseconds

/** fio's JSON: one reading for each of its jobs. Jobs of several names are metrics of their own. */
export function readFio(whole: unknown, lineOf: (job: number) => number): Read<Readings> {
  const { jobs } = (whole ?? {}) as { jobs?: (Job | null)[] };
  if (!Array.isArray(jobs) || jobs.length === 0) return flaw("there is no job in this JSON");
  const names = jobs.map((job) => printable(String(job?.jobname)));
  const kinds = new Set(names);
  const metrics = new Map<string, number[]>();
  for (const [at, job] of jobs.entries()) {
    if (typeof job?.error === "number" && job.error !== 0)
      return flaw(`the job ${names[at]} failed with error ${job.error}`, lineOf(at));
    const prefix = kinds.size === 1 ? "" : `${names[at]}:`;
    for (const [name, value] of readingsOf(job ?? {}))
      metrics.set(prefix + name, [...(metrics.get(prefix + name) ?? []), value]);
  }
  const clones = `its ${jobs.length} jobs ran beside each other, so they tell less than as many runs would`;
  return ok({ metrics, notes: kinds.size < jobs.length ? [clones] : [] });
}

/** Only of the ways that were gone: a job that never wrote has a `write` of zeros. */
function readingsOf(job: Job): [string, number][] {
  return WAYS.flatMap((way) => {
    const done = job[way] as Way | null | undefined;
    if (!done || !((done.total_ios ?? 0) > 0)) return [];
    const rates: [string, number | undefined][] = [
      [`${way}-iops`, done.iops],
      [`${way}-bw`, done.bw_bytes],
    ];
    const times = CLOCKS.flatMap((clock) => timesOf(`${way}-${clock}`, done[`${clock}_ns`]));
    return [...rates, ...times].filter((pair): pair is [string, number] => Number.isFinite(pair[1]));
  });
}

/** fio's key `99.900000` is `p99.9` here. */
function timesOf(name: string, times: Times | undefined): [string, number | undefined][] {
  if (!((times?.N ?? 0) > 0)) return [];
  const percentiles = Object.entries(times?.percentile ?? {});
  return [
    [`${name}-mean`, times?.mean],
    ...percentiles.map(([key, value]): [string, number] => [`${name}-p${Number(key)}`, value]),
  ];
}
