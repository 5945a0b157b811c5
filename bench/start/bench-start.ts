import { join } from "node:path";
import { makeState } from "../../src/main/place.ts";
import type { BenchWish } from "../bench-wish.ts";
import { openScratch } from "../scratch.ts";
import { askOnce, serveIn } from "../served.ts";
import { type Spread, spreadOf } from "../spread.ts";
import { waitUntil } from "../wait-until.ts";

export const GOAL_MS = 3000;
const ANSWERS_WITHIN_MS = 60_000;
const ASKED_EVERY_MS = 10;

export type StartReport = {
  readonly measuredAt: string;
  readonly fresh: Spread; // milliseconds; an empty state: the private database is made
  readonly again: Spread; // the same state, after an orderly stop
  readonly goal: { readonly mostMs: number; readonly met: boolean };
  readonly rounds: readonly { readonly freshMs: number; readonly againMs: number }[];
};

/** From starting the program to the first answer of its API. */
export async function benchStart({ rounds, place, log, stopped }: BenchWish): Promise<StartReport> {
  const scratch = openScratch();
  try {
    const done: StartReport["rounds"][number][] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const state = join(scratch.path, `${round}`);
      makeState(state);
      const freshMs = await firstAnswer(state, place.entry, stopped);
      const againMs = await firstAnswer(state, place.entry, stopped);
      done.push({ freshMs, againMs });
      log(`round ${round} of ${rounds}: ${freshMs} ms with a fresh state, ${againMs} ms again`);
    }
    const fresh = spreadOf(done.map(({ freshMs }) => freshMs))!;
    const again = spreadOf(done.map(({ againMs }) => againMs))!;
    const met = Math.max(fresh.median, again.median) <= GOAL_MS;
    const measuredAt = new Date().toISOString();
    return { measuredAt, fresh, again, goal: { mostMs: GOAL_MS, met }, rounds: done };
  } finally {
    scratch.remove();
  }
}

async function firstAnswer(state: string, entry: readonly string[], stopped: AbortSignal): Promise<number> {
  const began = performance.now();
  const served = await serveIn(state, entry);
  try {
    const answers = async () => (await askOnce(`${served.url}/api/status`))?.status === 200;
    await waitUntil(answers, {
      ...{ what: "an answer of /api/status", withinMs: ANSWERS_WITHIN_MS, everyMs: ASKED_EVERY_MS },
      stopped,
    });
    return Math.round(performance.now() - began);
  } finally {
    await served.stop();
  }
}
