import { flaw, ok, type Read } from "../../base/read.ts";
import { printable } from "../../base/text.ts";
import { WAYS, type Way } from "./run.ts";

export type FioOutput = {
  readonly version: string;
  readonly startedAt: number; // epoch milliseconds, by the clock there
  readonly processes: readonly FioProcess[];
};
export type FioProcess = {
  readonly name: string;
  readonly error: number; // errno; fio's own exit status may be 0 all the same
  readonly done: readonly Done[]; // only the ways that were gone
};
/** What one process did in one direction. */
export type Done = {
  readonly way: Way;
  readonly requests: number;
  readonly bytes: number;
  readonly ms: number;
  readonly meanNs: number; // of submission to completion
  readonly bins: readonly { readonly ns: number; readonly count: number }[]; // with json+
};

type Times = { mean?: unknown; bins?: unknown };
type Raw = Partial<Record<string, unknown>>;

/** What `fio --output-format=json+` wrote; its warnings may stand before the JSON. */
export function readFioJson(text: string): Read<FioOutput> {
  const start = text.search(/^\{/m);
  if (start < 0) return flaw("fio wrote no JSON");
  let whole: Raw;
  try {
    whole = JSON.parse(text.slice(start)) as Raw;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return flaw("fio's JSON is not whole");
  }
  const jobs = whole.jobs as (Raw | null)[] | undefined;
  const version = whole["fio version"];
  if (!Array.isArray(jobs) || typeof version !== "string") return flaw("this JSON is not fio's");
  return ok({
    version: printable(version, 40),
    startedAt: figure(whole.timestamp_ms),
    processes: jobs.map((job) => ({
      name: printable(String(job?.jobname), 80),
      error: figure(job?.error),
      done: WAYS.flatMap((way) => doneOf(way, job?.[way] as Raw | undefined)),
    })),
  });
}

function doneOf(way: Way, raw: Raw | undefined): Done[] {
  const requests = figure(raw?.total_ios);
  if (raw === undefined || requests === 0) return [];
  const times = (raw.clat_ns ?? {}) as Times;
  return [
    {
      ...{ way, requests, bytes: figure(raw.io_bytes), ms: figure(raw.runtime) },
      ...{ meanNs: figure(times.mean), bins: binsOf(times.bins) },
    },
  ];
}

/** fio's keys are nanoseconds, as text; each bin is at most 1/64 of its value wide. */
function binsOf(bins: unknown): Done["bins"] {
  return Object.entries((bins ?? {}) as Record<string, unknown>)
    .map(([ns, count]) => ({ ns: Number(ns), count: figure(count) }))
    .filter(({ ns, count }) => Number.isFinite(ns) && count > 0)
    .sort((a, b) => a.ns - b.ns);
}

const figure = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);

/** Why nothing of it can be believed. fio may end with 0 although it refused or failed. */
export function fioTrouble(output: FioOutput, expected: number | undefined): string | undefined {
  const { processes } = output;
  const failed = processes.find(({ error }) => error !== 0);
  if (failed !== undefined) return `the process ${failed.name} failed with error ${failed.error}`;
  if (processes.length === 0) return "no process ran";
  if (expected !== undefined && processes.length !== expected)
    return `${processes.length} of ${expected} processes ran`;
  const idle = processes.find(({ done }) => done.length === 0);
  return idle === undefined ? undefined : `the process ${idle.name} read and wrote nothing`;
}
