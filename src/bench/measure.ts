import { Fault } from "../base/fault.ts";
import { printable } from "../base/text.ts";
import type { Host } from "../host/host.ts";
import type { Benches } from "./benches.ts";
import { conditionOf, countersOf } from "./core/counters.ts";
import { prepareJob, type Setting } from "./core/job-text.ts";
import { WINDOW_MS } from "./core/profiles.ts";
import { reduce } from "./core/reduce.ts";
import type { Condition, Run } from "./core/run.ts";
import { fioVersion, installFio, runFio } from "./run-fio.ts";

export type Measuring = {
  readonly job: { readonly name: string; readonly text: string };
  readonly set: readonly Setting[];
  readonly name: string;
  readonly condition: Condition; // as the profile hopes for
  readonly directory: string | undefined;
  readonly withinMs: number;
};
export type Instruments = {
  readonly benches: Benches;
  readonly now: () => number;
  readonly newId: () => string;
  readonly signal: AbortSignal;
  readonly tell: (what: string) => void;
};

/** Whether fio is there; installed only when that was asked for, and said before. */
export async function requireFio(
  host: Host,
  mayInstall: boolean,
  { signal, tell }: Pick<Instruments, "signal" | "tell">,
): Promise<void> {
  if ((await fioVersion(host, signal)) !== undefined) return;
  if (!mayInstall) throw new Fault("bench.fio-missing", { host: host.name });
  tell(`Installing fio on ${host.name}: apt-get install -y fio`);
  await installFio(host, signal);
}

/** One run, carried out and kept; whatever goes wrong, nothing of it is. */
export async function measure(host: Host, wish: Measuring, by: Instruments): Promise<Run> {
  const job = prepareJob(wish.job.text, wish.set, WINDOW_MS);
  if (!job.ok) {
    const why = job.at === 0 ? job.flaw : `line ${job.at}: ${job.flaw}`;
    throw new Fault("bench.job-wrong", { job: wish.job.name, why });
  }
  const id = by.newId();
  const startedAt = by.now();
  const { directory, withinMs } = wish;
  const { signal, tell } = by;
  const ran = await runFio(host, { id, job: job.value.text, directory, withinMs, signal, tell });
  const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes ?? new Uint8Array());
  const counters = countersOf(ran.before, ran.after);
  const logs = [...ran.files].filter(([name]) => name.endsWith(".log"));
  const reduced = reduce({
    json: text(ran.files.get("out.json")),
    logs: new Map(logs.map(([name, bytes]) => [name, text(bytes)])),
    ...{ windowMs: job.value.windowMs, processes: job.value.processes, counters },
  });
  if (!reduced.ok) throw new Fault("bench.fio-failed", { host: host.name, why: reduced.flaw });
  const { version, notes, ...figures } = reduced.value;
  const { condition, note } = conditionOf(wish.condition, ran.before);
  const run: Run = {
    ...{ format: 1, id, name: wish.name, job: wish.job.name, jobText: job.value.text },
    ...{ host: host.name, directory: ran.directory, condition, startedAt, tookMs: ran.tookMs },
    ...{ ...figures, counters, environment: { fio: version } },
    notes: note === undefined ? notes : [...notes, note],
  };
  by.benches.keep(run, ran.files);
  return run;
}

/** What a bisection asks: one metric of one run. What is wrong with the job or the metric is no trouble of the host. */
export async function measureOnce(
  host: Host,
  wish: Measuring & { readonly metric: string },
  by: Instruments,
): Promise<{ is: "read"; value: number; runId: string } | { is: "trouble"; why: string }> {
  try {
    const run = await measure(host, wish, by);
    const value = metricOf(run, wish.metric);
    if (value !== undefined) return { is: "read", value, runId: run.id };
    const metrics = printable(namesOf(run).join(", "), 1500);
    throw new Fault("bench.no-metric", { run: run.id, metric: printable(wish.metric), metrics });
  } catch (error) {
    const isHosts = error instanceof Fault && TROUBLES.some((start) => error.id.startsWith(start));
    if (!isHosts) throw error;
    return { is: "trouble", why: error.says };
  }
}
const TROUBLES = ["host.", "bench.fio-failed", "bench.directory", "bench.left-behind"];

/** A metric, or by how much a counter grew. */
export function metricOf(run: Run, metric: string): number | undefined {
  if (Object.hasOwn(run.metrics, metric)) return run.metrics[metric];
  const counter = run.counters.find(({ name }) => name === metric);
  return counter === undefined ? undefined : counter.after - counter.before;
}

export const namesOf = (run: Run): string[] => [
  ...Object.keys(run.metrics),
  ...run.counters.map(({ name }) => name),
];
