import { Fault } from "../base/fault.ts";
import { printable } from "../base/text.ts";
import type { Host } from "../host/host.ts";
import { spark } from "../plot/core/spark.ts";
import type { Benches } from "./benches.ts";
import { conditionOf, countersOf } from "./core/counters.ts";
import { jobWrites, ontoDevice } from "./core/device-job.ts";
import { type Job, prepareJob, type Setting } from "./core/job-text.ts";
import { WINDOW_MS } from "./core/profiles.ts";
import { reduce } from "./core/reduce.ts";
import type { Condition, Run } from "./core/run.ts";
import { type DeviceWish, devicePath } from "./core/target.ts";
import { statusWords } from "./core/told.ts";
import { probeEnvironment } from "./probe-environment.ts";
import { guardDevice, guardDirectory } from "./probe-target.ts";
import { type FioWish, fioVersion, installFio, runFio, wholePath } from "./run-fio.ts";
import type { Watched } from "./under-way.ts";

export type Measuring = {
  readonly job: { readonly name: string; readonly text: string };
  readonly set: readonly Setting[];
  readonly name: string;
  readonly condition: Condition; // as the profile hopes for
  readonly directory: string | undefined; // not said: $TMPDIR there, else /var/tmp
  /** Also one in memory, of a container's layers, or of another machine. */
  readonly anyFileSystem?: boolean;
  /** Instead of files in the directory, which has the logs then. */
  readonly device?: Pick<DeviceWish, "device" | "agreed" | "overwrite"> | undefined;
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
  const head = { id, name: wish.name, job: wish.job.name, host: host.name, startedAt };
  const { withinMs } = wish;
  const { signal } = by;
  const target = await guarded(host, wish, job.value, by);
  const looked = await probeEnvironment(host, target.on, "all", signal);
  const watched = by.benches.begin({ ...head, condition: wish.condition }, by.now);
  const seen = toBoth(watched, by);
  const ran = await runFio(host, { id, ...target, withinMs, signal, seen }).finally(() => watched.ends());
  const after = (await probeEnvironment(host, target.on, "moment", signal))?.moment ?? null;
  const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes ?? new Uint8Array());
  const counters = countersOf(ran.before, ran.after);
  const logs = [...ran.files].filter(([name]) => name.endsWith(".log"));
  const reduced = reduce({
    json: text(ran.files.get("out.json")),
    logs: new Map(logs.map(([name, bytes]) => [name, text(bytes)])),
    ...{ windowMs: job.value.windowMs, processes: job.value.processes, counters },
  });
  if (!reduced.ok) throw new Fault("bench.fio-failed", { host: host.name, why: reduced.flaw });
  const { notes, ...figures } = reduced.value;
  const { condition, note } = conditionOf(wish.condition, ran.before);
  const run: Run = {
    ...{ format: 1, ...head, jobText: target.job, directory: target.says, condition, tookMs: ran.tookMs },
    ...{ ...figures, counters },
    environment: { settings: looked?.settings ?? {}, before: looked?.moment ?? null, after },
    notes: note === undefined ? notes : [...notes, note],
  };
  by.benches.keep(run, ran.files);
  return run;
}

const TELLS_EVERY_MS = 5000;
const SPARK = 20;

/** To whoever looks at the runs all that fio says, to who waits for it some of it. */
function toBoth({ seen }: Watched, { tell, now }: Pick<Instruments, "tell" | "now">): Watched["seen"] {
  const rates: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  return (status) => {
    seen(status);
    rates.push(status.iops);
    if (now() - last < TELLS_EVERY_MS) return;
    last = now();
    tell(`${statusWords(status)} ▕${spark(rates.slice(-SPARK), SPARK)}▏`);
  };
}

type Target = Pick<FioWish, "job" | "directory" | "device"> & {
  readonly on: string; // what the kernel may be asked about
  readonly says: string;
};

/** Where the job runs, when nothing speaks against it. */
async function guarded(
  host: Host,
  wish: Measuring,
  { text: job, bytes }: Job,
  by: Instruments,
): Promise<Target> {
  const { signal, tell } = by;
  const directory = await wholePath(host, wish.directory, signal);
  if (wish.device === undefined) {
    const { anyFileSystem = false } = wish;
    await guardDirectory(host, { directory, needsBytes: bytes, anyFileSystem }, signal);
    return { job, directory, on: directory, says: directory };
  }
  const writes = jobWrites(job);
  const device = await guardDevice(host, { ...wish.device, writes }, signal);
  tell(`${writes ? "overwriting" : "reading"} ${devicePath(wish.device.device)} (${device.what})`);
  const { node } = device;
  return {
    ...{ job: ontoDevice(job, device), directory, on: node, says: devicePath(wish.device.device) },
    device: { node, writes },
  };
}

/** What a bisection asks: one metric of one run. What is wrong with the job or the metric stays wrong when it is run again. */
export async function measureOnce(
  host: Host,
  wish: Measuring & { readonly metric: string },
  by: Instruments,
): Promise<{ is: "read"; value: number; runId: string } | { is: "trouble"; why: string; again: boolean }> {
  try {
    const run = await measure(host, wish, by);
    const value = metricOf(run, wish.metric);
    if (value !== undefined) return { is: "read", value, runId: run.id };
    const metrics = printable(namesOf(run).join(", "), 1500);
    throw new Fault("bench.no-metric", { run: run.id, metric: printable(wish.metric), metrics });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { is: "trouble", why: error.says, again: TROUBLES.some((start) => error.id.startsWith(start)) };
  }
}
const TROUBLES = ["host.", "bench.fio-failed", "bench.directory", "bench.left-behind", "bench.device-in-use"];

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
