import type { BenchWish } from "../bench-wish.ts";
import { type Session, session } from "./session.ts";
import { WORLDS } from "./worlds.ts";

type Row = {
  readonly row: string;
  readonly sessions: number;
  readonly firstSeed: number;
  readonly meanReadings: number;
  readonly meanRounds: number;
  readonly p90: number;
  readonly wrongPercent: number; // of those that named a commit
  readonly unsettled: number;
  readonly notReproduced: number;
  readonly goal: number | null;
  readonly met: boolean;
};
export type BisectReport = { readonly rows: readonly Row[]; readonly met: boolean };

/** A claim of 1 % may be out by half a point, and by chance by two standard errors of this many sessions. */
const mostWrong = (sessions: number): number => 1.5 + 200 * Math.sqrt((0.01 * 0.99) / sessions);

/** Simulated searches through 1000 commits at a claimed error of 1 %; `rounds` sessions a row, seeds 1, 2, 3 and on. */
export async function benchBisect({ rounds, isAsked, log, stopped }: BenchWish): Promise<BisectReport> {
  const rows: Row[] = [];
  for (const world of WORLDS.filter(({ row }) => isAsked(row))) {
    const all: Session[] = [];
    for (let seed = 1; seed <= rounds; seed += 1) {
      stopped.throwIfAborted();
      all.push(session(world, seed));
      await new Promise((resolve) => setImmediate(resolve)); // ctrl-C is heard
    }
    const mean = (of: (one: (typeof all)[number]) => number) =>
      all.reduce((sum, one) => sum + of(one), 0) / rounds;
    const count = (is: string) => all.filter((one) => one.is === is).length;
    const named = count("right") + count("wrong");
    const wrongPercent = named === 0 ? 0 : (100 * count("wrong")) / named;
    const [meanReadings, meanRounds] = [mean((one) => one.readings), mean((one) => one.rounds)];
    const taken = world.machines === undefined ? meanReadings : meanRounds;
    const sorted = all.map(({ readings }) => readings).sort((a, b) => a - b);
    const row: Row = {
      ...{ row: world.row, sessions: rounds, firstSeed: 1, meanReadings, meanRounds, wrongPercent },
      p90: sorted[Math.floor(0.9 * rounds)]!,
      ...{ unsettled: count("unsettled"), notReproduced: count("not-reproduced"), goal: world.goal ?? null },
      met: (world.goal === undefined || taken <= world.goal) && wrongPercent <= mostWrong(Math.max(1, named)),
    };
    rows.push(row);
    log(bisectLine(row));
  }
  return { rows, met: rows.every(({ met }) => met) };
}

const HEAD = "world                            readings   rounds    p90  wrong %  unsettled  none   goal";
const bisectLine = (one: Row): string =>
  [
    one.row.padEnd(32),
    one.meanReadings.toFixed(1).padStart(8),
    one.meanRounds.toFixed(1).padStart(8),
    String(one.p90).padStart(6),
    one.wrongPercent.toFixed(2).padStart(8),
    String(one.unsettled).padStart(10),
    String(one.notReproduced).padStart(5),
    `${one.goal ?? "-"}${one.met ? "" : " MISSED"}`.padStart(7),
  ].join(" ");

export const bisectLines = ({ rows }: BisectReport): string[] => [HEAD, ...rows.map(bisectLine)];
