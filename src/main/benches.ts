import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import { benchesIn, type Benches as Kept } from "../bench/benches.ts";
import { NOTHING_KNOWN } from "../bench/core/environment.ts";
import { importFiles } from "../bench/core/imported.ts";
import type { Setting } from "../bench/core/job-text.ts";
import { PROFILES, type Profile } from "../bench/core/profiles.ts";
import type { Run } from "../bench/core/run.ts";
import { steadinessOf } from "../bench/core/steady.ts";
import { runLines, runSentence } from "../bench/core/told.ts";
import { type Measuring, measure, requireFio } from "../bench/measure.ts";
import type { Benches, BenchWish } from "../cli/world.ts";
import { here } from "../host/here.ts";
import type { Host } from "../host/host.ts";
import { overSsh } from "../host/over-ssh.ts";
import { compareReadings, textOf } from "./compare.ts";

type World = { readonly state: string; readonly stopped: AbortSignal };
const MOST_JOB_BYTES = 1 << 20;

export const benchesOf = (state: string): Kept => benchesIn(join(state, "benches"));

/** Benches as the command line asks for them, here or on a host that ssh reaches. */
export function benchesHere({ state, stopped }: World): Benches {
  const kept = benchesOf(state);
  return {
    async run(wish, tell) {
      const job = jobOf(wish.job);
      const set = wish.set.map(settingOf);
      const host: Host = wish.on === undefined ? here("here") : overSsh(wish.on);
      const by = { benches: kept, now: Date.now, newId, signal: stopped, tell };
      try {
        await requireFio(host, wish.installFio, by);
        const runs: Run[] = [];
        for (const one of plannedRuns(job, wish, set)) {
          const at = `Run ${runs.length + 1} of ${wish.runs ?? job.conditions.length}`;
          const told = (what: string) => tell(`${at}: ${what}`);
          told(`${job.name} on ${host.name}`);
          runs.push(await measure(host, one, { ...by, tell: told }));
          tell(runSentence(runs.at(-1)!));
        }
        return { says: runs.flatMap(runLines), answer: runs.map(judged), exit: 0 };
      } finally {
        await host.close();
      }
    },
    list: async () => {
      const runs = kept.all();
      const says = runs.length === 0 ? ["No run yet."] : runs.map(runSentence);
      return { says, answer: runs.map(summary), exit: 0 };
    },
    show: async (id) => {
      const run = kept.all().find((one) => one.id === id);
      if (run === undefined) throw new Fault("bench.no-run", { name: id });
      return { says: runLines(run), answer: judged(run), exit: 0 };
    },
    remove: async (id) => {
      const was = kept.remove(id);
      const says = was ? `${id} is removed, with what fio left.` : `No run is called ${id}.`;
      return { says: [says], answer: { was }, exit: was ? 0 : 1 };
    },
    import: async ({ files, name, as }) => {
      const read = importFiles(
        files.map((path) => ({ name: basename(path), text: textOf(path) })),
        as,
      );
      if (!read.ok) {
        const why = read.at === 0 ? read.flaw : `line ${read.at}: ${read.flaw}`;
        throw new Fault("bench.unreadable", { path: files.join(", "), why });
      }
      const run: Run = {
        ...{ format: 1, id: newId(), name: name ?? nameOf(files[0]!), jobText: "", host: "", directory: "" },
        ...{
          condition: "imported",
          startedAt: Date.now(),
          tookMs: 0,
          counters: [],
          environment: NOTHING_KNOWN,
        },
        ...read.value,
      };
      kept.keep(run, new Map(files.map((path) => [basename(path), readFileSync(path)])));
      return { says: runLines(run), answer: run, exit: 0 };
    },
    compare: async (asked) => compareReadings(kept, asked),
    profiles: async () => ({
      says: Object.entries(PROFILES).map(([name, { says }]) => `${name.padEnd(14)}${says}`),
      answer: PROFILES,
      exit: 0,
    }),
  };
}

/** A run's name of a file's: what a name may not hold becomes a hyphen. */
const nameOf = (path: string): string =>
  basename(path)
    .replace(/\.\w+$/, "")
    .replace(/[^\w.+~-]+/g, "-")
    .replace(/^\W+/, "")
    .slice(0, 80) || "imported";

type Job = Pick<Profile, "conditions"> & Measuring["job"];

/** A profile, else a file of the operator's own. */
export function jobOf(named: string): Job {
  if (Object.hasOwn(PROFILES, named)) {
    const { job, conditions } = PROFILES[named]!;
    return { name: named, text: job, conditions };
  }
  if (!existsSync(named)) {
    const profiles = Object.keys(PROFILES).join(", ");
    throw new Fault("bench.no-job", { job: named, profiles });
  }
  return { name: basename(named, ".fio"), text: jobText(named), conditions: ["as-found"] };
}

function jobText(path: string): string {
  try {
    if (statSync(path).size > MOST_JOB_BYTES) throw new Error("it is larger than 1 MiB");
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Fault("bench.job-wrong", { job: path, why: reason(error) }, error);
  }
}

export function settingOf(words: string): Setting {
  const [, name, value] = /^([a-z]\w*)=(.+)$/s.exec(words) ?? [];
  if (name !== undefined) return { name, value: value! };
  throw new Fault("use.wrong", { what: `"${words}" is no setting such as size=8m.`, verb: "bench run" });
}

/** More runs than conditions are like the last: what one has read is in the cache. */
function plannedRuns(job: Job, wish: BenchWish, set: readonly Setting[]): Measuring[] {
  const { directory, anyFileSystem, withinMs } = wish;
  const { yes: agreed, overwriteSignatures: overwrite } = wish;
  const device = wish.device === undefined ? undefined : { device: wish.device, agreed, overwrite };
  const name = wish.name ?? job.name;
  return Array.from({ length: wish.runs ?? job.conditions.length }, (_, at) => {
    const condition = job.conditions[at] ?? job.conditions.at(-1)!;
    return { job, set, name, condition, directory, anyFileSystem, device, withinMs };
  });
}

/** Sorts by time, and two of one second differ. */
function newId(): string {
  const time = new Date().toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `${time}-${randomBytes(2).toString("hex")}`;
}

const judged = (run: Run) => ({ ...run, steady: Object.fromEntries(steadinessOf(run)) });

function summary(run: Run): Omit<Run, "series" | "latencies" | "jobText"> {
  const { series, latencies, jobText, ...rest } = run;
  return rest;
}
