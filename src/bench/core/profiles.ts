import type { Condition } from "./run.ts";

export type Profile = {
  readonly says: string;
  readonly job: string;
  /** One run for each, in this order, when it is not said how many; more are like the last. */
  readonly conditions: readonly Condition[];
};

/** Windows that are averaged over, unless `--set log_avg_msec=` says another. */
export const WINDOW_MS = 500;

/** Zipf 1.2: about 90 % of the reads fall on about 10 % of what is there, as hot spots do. */
const zipf = (reader: { readonly size: string; readonly runtime: string }) => `[global]
ioengine=libaio
direct=1
rw=randread
bs=4k
size=${reader.size}
random_distribution=zipf:1.2
iodepth=8
time_based=1
runtime=${reader.runtime}
unlink=1

[reader1]
filename=data1

[reader2]
filename=data2
`;

const long = zipf({ size: "2g", runtime: "15m" });

export const PROFILES: Readonly<Record<string, Profile>> = {
  "zipf-2x2g": {
    says: "two processes read 4 KiB at random from two new 2 GiB files for 15 min; twice, the cache empty, then full",
    job: long,
    conditions: ["cache-empty", "cache-full"],
  },
  "baseline-ssd": {
    says: "the same once, on a directory of the SSD alone: what a cache could reach at best",
    job: long,
    conditions: ["as-found"],
  },
  "baseline-hdd": {
    says: "the same once, on a directory of the disk alone: what a cache has to beat",
    job: long,
    conditions: ["as-found"],
  },
  quick: {
    says: "the same on two 64 MiB files for 30 s: whether everything works, not how fast a disk is",
    job: zipf({ size: "64m", runtime: "30s" }),
    conditions: ["as-found"],
  },
};
