import { flaw, ok, type Read } from "../../base/read.ts";
import { printable } from "../../base/text.ts";
import { COARSENESS } from "./fio-histograms.ts";
import { MOST_COLUMNS } from "./latency-map.ts";

/** A fio job file made ready: it runs in the directory it is started in, and tells what we read. */
export type Job = {
  readonly text: string;
  readonly windowMs: number;
  /** How many processes it starts; nothing when it does not say so in plain figures. */
  readonly processes: number | undefined;
  /** What its files take, as far as it says so in plain figures. */
  readonly bytes: number;
};

export type Setting = { readonly name: string; readonly value: string };

/**
 * In fio the last word in a section counts, so ours are added to each: first what the operator sets, then
 * where it works and what it logs. With a directory of ours, even an absolute file name lies below it (fio
 * puts one before the other), so nothing of a job file reaches a device or a file of somebody's.
 */
export function prepareJob(text: string, set: readonly Setting[], windowMs: number): Read<Job> {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  for (const [at, line] of lines.entries()) {
    const why = refused(line);
    if (why !== undefined) return flaw(why, at + 1);
  }
  for (const { name, value } of set) {
    const why = refused(`${name}=${value}`) ?? (value.includes("\n") ? "a value has one line" : undefined);
    if (why !== undefined) return flaw(why);
  }
  const window = Number(set.find(({ name }) => name === "log_avg_msec")?.value ?? windowMs);
  if (!Number.isInteger(window) || window < 10 || window > 60_000)
    return flaw("log_avg_msec is 10 to 60000 milliseconds");
  const sections = sectionsOf(lines);
  const jobs = jobsOf(sections, set);
  const said = set.map(({ name, value }) => `${name}=${value}`);
  const histogram = `log_hist_msec=${histogramMs(jobs, window)}`;
  const ours = [...said, ...IMPOSED, `log_avg_msec=${window}`, histogram];
  if (!sections.some(({ name }) => name !== "global")) return flaw("there is no job in it, such as [reader]");
  const whole = sections.map(({ head, body }) => [head, ...body, ...ours].join("\n"));
  return ok({
    text: `${whole.join("\n\n")}\n`,
    ...{ windowMs: window, processes: processesOf(jobs), bytes: bytesOf(jobs) },
  });
}

const IMPOSED = [
  "directory=.",
  "write_iops_log=run",
  "write_lat_log=run",
  "write_hist_log=run",
  `log_hist_coarseness=${COARSENESS}`,
  "per_job_logs=1",
  "log_unix_epoch=0",
  "group_reporting=0",
];

const TOGETHER = "phases are runs of their own, with a rate each: give each a job file";
const REFUSED: Readonly<Record<string, string>> = {
  include: "another file is not brought along",
  opendir: "it would work on files of somebody's",
  read_iolog: "such a log names files and devices of its own",
  stonewall: TOGETHER,
  wait_for: TOGETHER,
  wait_for_previous: TOGETHER,
  startdelay: TOGETHER,
};

function refused(line: string): string | undefined {
  const [, name, value = ""] = /^\s*([A-Za-z_]\w*)\s*(?:[= ]\s*(.*))?$/.exec(line) ?? [];
  if (name === undefined) return undefined;
  if (Object.hasOwn(REFUSED, name)) return `${name}: ${REFUSED[name]}`;
  if (/^filename/.test(name) && value.split("/").includes(".."))
    return `${name}=${printable(value, 60)} leads out of the directory`;
  return undefined;
}

type Section = { readonly name: string; readonly head: string; readonly body: readonly string[] };

/** Without its comments; what stands before the first section is no job's. */
function sectionsOf(lines: readonly string[]): Section[] {
  const found: { name: string; head: string; body: string[] }[] = [];
  for (const line of lines.map((one) => one.trim())) {
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    const name = /^\[(.+)\]$/.exec(line)?.[1];
    if (name !== undefined) found.push({ name, head: line, body: [] });
    else found.at(-1)?.body.push(line);
  }
  return found;
}

type Options = ReadonlyMap<string, string>;

/** Each job's options as fio has them in the end: the global ones before it, its own, then what is set. */
function jobsOf(sections: readonly Section[], set: readonly Setting[]): Options[] {
  const jobs: Options[] = [];
  let common: [string, string][] = [];
  for (const { name, body } of sections) {
    const own = body.map((line): [string, string] => {
      const [, option = "", value = ""] = /^(\w+)\s*(?:=\s*(.*))?$/.exec(line) ?? [];
      return [option, value];
    });
    if (name === "global") common = [...common, ...own];
    else
      jobs.push(new Map([...common, ...own, ...set.map((one): [string, string] => [one.name, one.value])]));
  }
  return jobs;
}

/** fio holds 15 kB for each window of each process until it ends, so a long run has longer ones. */
function histogramMs(jobs: readonly Options[], windowMs: number): number {
  const ms = Math.max(...jobs.map((job) => 1000 * secondsOf(job.get("runtime") ?? "")), 0);
  return windowMs * Math.max(1, Math.ceil((ms || UNKNOWN_MS) / windowMs / MOST_COLUMNS));
}
/** How long a job may run that says no time. */
const UNKNOWN_MS = 2 * 60_000;

/** `15m`, `30s` and `900` to fio; what is no plain figure is not known. */
function secondsOf(words: string): number {
  const [, figure, unit = ""] = /^(\d+)([smhd]?)$/i.exec(words) ?? [];
  return figure === undefined ? 0 : Number(figure) * SECONDS[unit.toLowerCase()]!;
}
const SECONDS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 };

function processesOf(jobs: readonly Options[]): number | undefined {
  const all = jobs.reduce((sum, job) => sum + Number(job.get("numjobs") ?? 1), 0);
  return Number.isInteger(all) ? all : undefined;
}

/** Clones of a job share a file that is named, and have one each of those that are not. */
function bytesOf(jobs: readonly Options[]): number {
  const files = new Map<string, number>();
  for (const [at, job] of jobs.entries()) {
    const named = job.get("filename");
    const bytes = sizeOf(job.get("filesize") ?? job.get("size") ?? "");
    const all = named === undefined ? bytes * (Number(job.get("numjobs") ?? 1) || 1) : bytes;
    const file = named ?? `job ${at}`;
    files.set(file, Math.max(all, files.get(file) ?? 0));
  }
  return [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** `2g` is 2 GiB to fio; what is no plain figure is not known. */
function sizeOf(words: string): number {
  const [, figure, unit = ""] = /^(\d+)([kmgt]?)b?$/i.exec(words) ?? [];
  return figure === undefined
    ? 0
    : Number(figure) * 1024 ** ["", "k", "m", "g", "t"].indexOf(unit.toLowerCase());
}
