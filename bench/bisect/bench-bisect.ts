import { join } from "node:path";
import { build } from "rolldown";
import type { BenchWish } from "../bench-wish.ts";
import { openScratch } from "../scratch.ts";
import { gitBisect, numberedRepository } from "./git-bisect.ts";
import type { Session } from "./session.ts";
import { WORLDS, type World } from "./worlds.ts";

type Row = {
  readonly row: string;
  readonly sessions: number;
  readonly firstSeed: number;
  readonly meanReadings: number;
  readonly meanRounds: number;
  readonly standardError: number; // of the mean readings, of the mean rounds where machines are several
  readonly p90: number;
  readonly wrongPercent: number; // of those that named a commit
  readonly wrongWithin: readonly [low: number, high: number]; // percent, 95 % (Wilson 1927)
  readonly toldOfMore: number; // sessions that told of more than one change
  readonly whole: number; // sessions that named each change
  readonly heldPercent: number | null; // of one change that was found, its size was within the 95 % that were told
  readonly unsettled: number;
  readonly notReproduced: number;
  readonly stepMs: { readonly mean: number; readonly p99: number } | null; // processor time of a decision, where it has a limit
  readonly peakMiB: number; // of this process so far
  readonly goal: number | null;
  readonly met: boolean;
};
export type BisectReport = { readonly rows: readonly Row[]; readonly met: boolean };

/** A claim of 1 % may be out by half a point, and by chance by two standard errors of this many sessions. */
const mostWrong = (sessions: number): number => 1.5 + 200 * Math.sqrt((0.01 * 0.99) / sessions);

/** Simulated searches through 1000 commits at a claimed error of 1 %; `rounds` sessions a row, seeds 1, 2, 3 and on. */
export async function benchBisect({ rounds, isAsked, log, stopped }: BenchWish): Promise<BisectReport> {
  const rows: Row[] = [];
  const { session } = await bundled();
  for (const world of WORLDS.filter(({ row }) => isAsked(row))) {
    const all: Session[] = [];
    for (let seed = 1; seed <= rounds; seed += 1) {
      stopped.throwIfAborted();
      all.push(session(world, seed));
      await new Promise((resolve) => setImmediate(resolve)); // ctrl-C is heard
    }
    const row = rowOf(world, all);
    rows.push(row);
    log(bisectLine(row));
  }
  for (const effect of GIT_EFFECTS) {
    const row = `git bisect run, effect ${effect}`;
    if (!isAsked(row)) continue;
    rows.push(await gitRow(row, effect, Math.min(rounds, MOST_GIT), stopped));
    log(bisectLine(rows.at(-1)!));
  }
  return { rows, met: rows.every(({ met }) => met) };
}

/** Without what tsx puts round each closure, which takes longer than the search itself. */
async function bundled(): Promise<typeof import("./session.ts")> {
  const scratch = openScratch();
  try {
    const file = join(scratch.path, "session.mjs");
    await build({ input: join(import.meta.dirname, "session.ts"), platform: "node", output: { file } });
    return await import(file);
  } finally {
    scratch.remove();
  }
}

const GIT_EFFECTS = [4, 2];
const MOST_GIT = 150;

/** git's own, which believes each answer: told beside ours, and judged by nothing. */
async function gitRow(name: string, effect: number, rounds: number, stopped: AbortSignal): Promise<Row> {
  const scratch = openScratch();
  try {
    const path = numberedRepository(scratch.path);
    const all: Session[] = [];
    for (let seed = 1; seed <= rounds; seed += 1) {
      stopped.throwIfAborted();
      const { readings, is } = gitBisect(path, effect, seed);
      all.push({
        readings,
        rounds: readings,
        is,
        toldOfMore: false,
        isWhole: is === "right",
        holds: null,
        stepMs: [],
      });
      await new Promise((resolve) => setImmediate(resolve)); // ctrl-C is heard
    }
    return { ...rowOf({ row: name, effect }, all), met: true };
  } finally {
    scratch.remove();
  }
}

function rowOf(world: World, all: readonly Session[]): Row {
  const sessions = all.length;
  const mean = (of: (one: Session) => number) => all.reduce((sum, one) => sum + of(one), 0) / sessions;
  const count = (is: Session["is"]) => all.filter((one) => one.is === is).length;
  const named = count("right") + count("wrong");
  const wrongPercent = named === 0 ? 0 : (100 * count("wrong")) / named;
  const [meanReadings, meanRounds] = [mean((one) => one.readings), mean((one) => one.rounds)];
  const takenOf = (one: Session) => (world.machines === undefined ? one.readings : one.rounds);
  const taken = mean(takenOf);
  const standardError = Math.sqrt(mean((one) => (takenOf(one) - taken) ** 2) / sessions);
  const told = all.flatMap(({ holds }) => (holds === null ? [] : [Number(holds)]));
  const readings = all.map((one) => one.readings).sort((a, b) => a - b);
  const steps = all.flatMap(({ stepMs }) => stepMs).sort((a, b) => a - b);
  const stepMs =
    steps.length === 0
      ? null
      : {
          mean: steps.reduce((sum, one) => sum + one, 0) / steps.length,
          p99: steps[Math.floor(0.99 * steps.length)]!,
        };
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  const { goal = Infinity, limits = { stepMs: Infinity, peakMiB: Infinity } } = world;
  const isQuick = (stepMs?.p99 ?? 0) < limits.stepMs && peakMiB < limits.peakMiB;
  return {
    ...{ row: world.row, sessions, firstSeed: 1, meanReadings, meanRounds, wrongPercent, stepMs, peakMiB },
    ...{ standardError, wrongWithin: wilson(count("wrong"), named) },
    p90: readings[Math.floor(0.9 * sessions)]!,
    ...{
      unsettled: count("unsettled"),
      notReproduced: count("not-reproduced"),
      toldOfMore: all.filter((one) => one.toldOfMore).length,
      whole: all.filter((one) => one.isWhole).length,
      heldPercent: told.length === 0 ? null : (100 * told.reduce((sum, one) => sum + one, 0)) / told.length,
      goal: world.goal ?? null,
    },
    met: isQuick && taken <= goal && wrongPercent <= mostWrong(Math.max(1, named)),
  };
}

/** Where a share lies with 95 %, in percent. */
function wilson(hits: number, of: number): [number, number] {
  if (of === 0) return [0, 100];
  const [z, share] = [1.96, hits / of];
  const middle = share + z ** 2 / (2 * of);
  const reach = z * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  const percent = (part: number) => 100 * Math.min(1, Math.max(0, part / (1 + z ** 2 / of)));
  return [percent(middle - reach), percent(middle + reach)];
}

const HEAD =
  "world                                  readings   rounds    +/-    p90  wrong %    within 95 %  unsettled  none  more  whole  held %  ms/step   MiB   goal";
const bisectLine = (one: Row): string =>
  [
    one.row.padEnd(38),
    one.meanReadings.toFixed(1).padStart(8),
    one.meanRounds.toFixed(1).padStart(8),
    one.standardError.toFixed(2).padStart(6),
    String(one.p90).padStart(6),
    one.wrongPercent.toFixed(2).padStart(8),
    one.wrongWithin
      .map((end) => end.toFixed(2))
      .join(" to ")
      .padStart(14),
    String(one.unsettled).padStart(10),
    String(one.notReproduced).padStart(5),
    String(one.toldOfMore).padStart(5),
    String(one.whole).padStart(6),
    (one.heldPercent?.toFixed(1) ?? "-").padStart(7),
    (one.stepMs?.p99.toFixed(1) ?? "-").padStart(8),
    one.peakMiB.toFixed(0).padStart(5),
    `${one.goal ?? "-"}${one.met ? "" : " MISSED"}`.padStart(7),
  ].join(" ");

/** A row with fewer sessions than others says so by its own seeds. */
const seedsOf = (rows: readonly Row[]): string => {
  const counts = [...new Set(rows.map(({ sessions }) => sessions))].sort((a, b) => b - a);
  const each = counts.map((count) => {
    const names = rows.filter(({ sessions }) => sessions === count).map(({ row }) => row);
    return `1 to ${count}${counts.length > 1 ? ` (${names.join("; ")})` : ""}`;
  });
  return `seeds ${each.join(", ")}`;
};

export const bisectLines = ({ rows }: Pick<BisectReport, "rows">): string[] =>
  rows.length === 0 ? [HEAD] : [HEAD, ...rows.map(bisectLine), seedsOf(rows)];
