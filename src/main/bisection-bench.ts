import type { Benches } from "../bench/benches.ts";
import { measureOnce } from "../bench/measure.ts";
import type { Answer } from "../bisect/core/oracle.ts";
import type { BenchOracle, Settings } from "../bisect/core/settings.ts";
import type { Task } from "../bisect/workshop.ts";
import type { Host } from "../host/host.ts";

/** A bench as a bisection's oracle: its runs are kept among all others, called after the search and the commit. */
export function benchFor(
  { name, withinMs }: Pick<Settings, "name" | "withinMs">,
  { kept, signal }: { kept: Benches; signal: AbortSignal },
): (host: Host, task: Task, oracle: BenchOracle) => Promise<Answer> {
  return async (host, task, { job, set, metric, directory }) => {
    const by = { benches: kept, now: Date.now, newId: () => task.run, signal, tell: () => {} };
    const wish = { job, set, metric, directory, withinMs, condition: "as-found" as const };
    const read = await measureOnce(host, { ...wish, name: benchName(name, task.commit) }, by);
    if (read.is === "trouble") return { is: "trouble", because: read.why, again: true };
    return { is: "reading", value: read.value };
  };
}

/** What a commit's runs are called: `rackhand bench plot NAME` draws them. */
export const benchName = (search: string, commit: string): string => `${search}-${commit.slice(0, 12)}`;
