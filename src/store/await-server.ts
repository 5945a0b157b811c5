import { setTimeout as pause } from "node:timers/promises";
import { knock } from "./knock.ts";
import { readPostmaster } from "./server-locks.ts";
import type { Places } from "./server-places.ts";
import { processState } from "./server-processes.ts";

const RECOVER_WITHIN_MS = 120_000; // after a crash the server replays its log before it answers

export type Awaited = { readonly pid: number; readonly host: string; readonly withinMs: number };

/** "57P03 starting up" means wait: the clock of recovery runs, not that of the door. */
export async function untilReady(places: Places, { pid, host, withinMs }: Awaited) {
  const began = Date.now();
  for (let limit = withinMs; Date.now() < began + limit; await pause(20)) {
    if ((await processState(pid)) !== "living") return "ended";
    const answer = await knock(host);
    if (answer.is === "ready") return answer.data === places.data ? "ready" : "foreign";
    if (answer.is === "busy" || (await isBetween(places))) limit = Math.max(withinMs, RECOVER_WITHIN_MS);
  }
  return "silent";
}

/** While it starts and while it writes its last checkpoint a server listens to nobody, but says so in its file. */
async function isBetween(places: Places): Promise<boolean> {
  return ["starting", "stopping"].includes((await readPostmaster(places))?.status ?? "");
}
