import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { makeState } from "../../src/main/place.ts";
import { Stack } from "../../src/main/stack.ts";
import { raiseRack } from "../../src/rack/rack.ts";
import type { BenchWish } from "../bench-wish.ts";
import { openScratch } from "../scratch.ts";
import { askOnce, type Served, serveIn } from "../served.ts";
import { type Spread, spreadOf } from "../spread.ts";
import { waitUntil } from "../wait-until.ts";
import { type Memory, memoryOf } from "./memory.ts";
import { OURS, PARTS, type Part, partsOf } from "./parts.ts";

export const GOAL_BYTES = 180 * 2 ** 20;
const READY_WITHIN_MS = 60_000;
const QUIET_WITHIN_MS = 120_000;
const WINDOW_MS = 3000;
const QUIET_SHARE = 0.02; // of one core
const QUIET_WINDOWS = 4;

export type Look = Readonly<Record<Part | "ours", Memory & { readonly processes: number }>>;
export type IdleReport = {
  readonly measuredAt: string;
  readonly withRack: readonly Look[]; // one machine, powered off, its console attached
  readonly serveAlone: readonly Look[];
  readonly ours: Spread; // PSS of all that belongs to the service, with the rack, in bytes
  readonly goal: { readonly mostBytes: number; readonly met: boolean };
};

/** What the service costs when nothing happens. Each round begins with an empty state. */
export async function benchIdle({ rounds, place, log, stopped }: BenchWish): Promise<IdleReport> {
  const looks: { withRack: Look[]; serveAlone: Look[] } = { withRack: [], serveAlone: [] };
  for (let round = 1; round <= rounds; round += 1) {
    for (const what of ["withRack", "serveAlone"] as const) {
      const look = await oneLook(place.entry, what, stopped);
      looks[what].push(look);
      log(`round ${round} of ${rounds}, ${what}: PSS ${(look.ours.pss / 2 ** 20).toFixed(1)} MiB`);
    }
  }
  const ours = spreadOf(looks.withRack.map((look) => look.ours.pss))!;
  const goal = { mostBytes: GOAL_BYTES, met: ours.median <= GOAL_BYTES };
  return { measuredAt: new Date().toISOString(), ...looks, ours, goal };
}

async function oneLook(
  entry: readonly string[],
  what: "withRack" | "serveAlone",
  stopped: AbortSignal,
): Promise<Look> {
  const opened = new Stack();
  try {
    const scratch = opened.add(openScratch(), (one) => one.remove());
    const state = join(scratch.path, "state");
    makeState(state);
    const served = opened.add(await serveIn(state, entry), (one) => one.stop());
    if (what === "withRack") {
      const beside = [...entry, "agent", "--state", state];
      const rack = await raiseRack({ state, entry, machines: 1, firmware: "bios", beside, log: () => {} });
      opened.add(rack, (one) => one.stop());
    }
    const ready = what === "withRack" ? () => isAttended(served, state) : () => answers(served);
    await waitUntil(ready, { what: "ready", withinMs: READY_WITHIN_MS, everyMs: 200, stopped });
    await becomeQuiet(served.pid, state, stopped);
    return lookAt(served.pid, state);
  } finally {
    await opened.stop();
  }
}

const answers = async ({ url }: Served): Promise<boolean> =>
  (await askOnce(`${url}/api/status`))?.status === 200;

/** The agent has found the service, and holds the console of the machine. */
async function isAttended({ url, pid }: Served, state: string): Promise<boolean> {
  const answer = await askOnce(`${url}/api/machines/m1`);
  if (answer?.status !== 200 || !(JSON.parse(answer.text) as { attended: boolean }).attended) return false;
  return partsOf(pid, state).ipmitool.some(({ argv }) => argv.includes("sol"));
}

/** Quiet: hardly any processor time in several windows on end. */
async function becomeQuiet(service: number, state: string, stopped: AbortSignal): Promise<void> {
  const ran = () => {
    const parts = partsOf(service, state);
    return OURS.flatMap((part) => parts[part]).reduce((sum, { ranMs }) => sum + ranMs, 0);
  };
  let [before, quiet] = [ran(), 0];
  const isQuiet = async () => {
    const now = ran();
    quiet = now - before <= WINDOW_MS * QUIET_SHARE ? quiet + 1 : 0;
    before = now;
    return quiet >= QUIET_WINDOWS;
  };
  await pause(WINDOW_MS, undefined, { signal: stopped });
  await waitUntil(isQuiet, { what: "quiet", withinMs: QUIET_WITHIN_MS, everyMs: WINDOW_MS, stopped });
}

function lookAt(service: number, state: string): Look {
  const parts = partsOf(service, state);
  const look = (some: readonly { pid: number }[]) => ({
    ...memoryOf(some.map(({ pid }) => pid)),
    processes: some.length,
  });
  const rows = (Object.keys(PARTS) as Part[]).map((part) => [part, look(parts[part])]);
  return { ...Object.fromEntries(rows), ours: look(OURS.flatMap((part) => parts[part])) };
}
