import type { Environment } from "./environment.ts";

/** A bench carried out once, or brought in from elsewhere: what was asked, where, and what came of it. */
export type Run = {
  readonly format: 1;
  readonly id: string;
  readonly name: string; // runs that repeat each other share it
  readonly job: string; // a profile's name, a job file's, or the program that an imported one is from
  readonly jobText: string; // the job as fio had it; nothing when imported
  readonly host: string;
  readonly directory: string; // there, or the device by its id; nothing when imported
  readonly condition: Condition;
  readonly startedAt: number; // epoch milliseconds
  readonly tookMs: number;
  readonly series: readonly Series[];
  readonly metrics: Metrics;
  readonly latencies: readonly Latency[];
  readonly maps?: readonly LatencyMap[]; // runs of before it was asked for have none
  readonly counters: readonly Counter[];
  readonly environment: Environment;
  /** Of an import: each metric's readings, of which `metrics` has the median. */
  readonly readings?: Readonly<Record<string, readonly number[]>>;
  readonly notes: readonly string[]; // what makes this run tell less than it seems
};

/** What a cache below held when the run began, as far as the profile makes it so. */
export const CONDITIONS = {
  "as-found": "as it was found",
  "cache-empty": "cache empty",
  "cache-full": "cache full of other data",
  imported: "not known, imported",
} as const;
export type Condition = keyof typeof CONDITIONS;

/** Values on an even grid; `values[i]` is of the window that begins at `startMs + i * stepMs`. */
export type Series = {
  readonly name: string; // `read-iops`, all processes summed; `read-latency`, their mean
  readonly unit: "iops" | "ns";
  readonly startMs: number; // since the run began
  readonly stepMs: number;
  readonly values: readonly (number | null)[]; // null: nothing was done in that window
};

/** By name; what a name means is in metrics.ts. */
export type Metrics = Readonly<Record<string, number>>;

/** How long requests took from submission to completion, in nanoseconds. */
export type Latency = {
  readonly way: Way;
  readonly percentiles: readonly { readonly percent: number; readonly ns: number }[];
  /** All requests; a bin holds those that took about `ns`. Empty when fio did not say. */
  readonly bins: readonly { readonly ns: number; readonly count: number }[];
};
/** The same over time: `columns[i][j]` requests took from `edges[j]` to `edges[j + 1]` ns in column i, from 0 on. */
export type LatencyMap = {
  readonly way: Way;
  readonly stepMs: number;
  readonly edges: readonly number[];
  readonly columns: readonly (readonly number[])[];
};
export const WAYS = ["read", "write", "trim"] as const;
export type Way = (typeof WAYS)[number];

/** What the kernel counted, read before and after: `sectors-read`, `cache-read-hits`, `io-stalled-some`. */
export type Counter = {
  readonly name: string;
  readonly unit: string;
  readonly before: number;
  readonly after: number;
};
