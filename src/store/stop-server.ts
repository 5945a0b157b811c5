import { nextStep } from "./core/next-step.ts";
import type { Log } from "./log.ts";
import { seeServer } from "./server-locks.ts";
import type { Places } from "./server-places.ts";
import { haveEnded, isServerProcess, signal } from "./server-processes.ts";

const END_WITHIN_MS = 5_000;

/** Fast shutdown, then immediate (safe: the log is replayed at the next start), then the last resort. */
export async function stopServer(places: Places, pid: number, log: Log): Promise<void> {
  const ways = [
    ["SIGINT", 15_000],
    ["SIGQUIT", 5_000],
  ] as const;
  for (const [name, withinMs] of ways) {
    if (!(await isServerProcess(places, pid))) break;
    signal(pid, name);
    if (await haveEnded([pid], withinMs)) break;
    log("the private PostgreSQL does not stop", { pid, signal: name });
  }
  const orphans = nextStep(await seeServer(places)); // of a server that somebody started meanwhile: none
  if (orphans.do !== "end" || (await haveEnded(orphans.pids, 500))) return;
  for (const orphan of orphans.pids) signal(orphan, "SIGKILL");
  await haveEnded(orphans.pids, END_WITHIN_MS);
}
