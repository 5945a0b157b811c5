import { columns } from "../../src/cli/table.ts";
import { haveImages } from "../../test/firmware/have-images.ts";
import { CACHE } from "../../test/firmware/starting.ts";
import type { BenchWish } from "../bench-wish.ts";
import { openScratch } from "../scratch.ts";
import { spreadOf, spreadWords } from "../spread.ts";
import { layDnsmasqTrees } from "./dnsmasq-trees.ts";
import { type Boot, SIDES, type SideName, STAGES, type Stage } from "./sides.ts";

const IMAGE = "debian-13"; // whose loaders Rackhand serves for Debian 12 too: both sides have the same
const GOAL = 0.95; // of dnsmasq's time to "Linux version", by the same loaders

export type UefiReport = {
  readonly measuredAt: string;
  readonly rounds: readonly { readonly round: number; readonly side: SideName; readonly seconds: Boot }[];
  readonly goal: { readonly most: number; readonly is: number; readonly met: boolean };
};

/** The sides take turns, so that whatever else the machine does meanwhile hits all. */
export async function benchUefi({ rounds, isAsked, log, stopped }: BenchWish): Promise<UefiReport> {
  const scratch = openScratch();
  const done: UefiReport["rounds"][number][] = [];
  try {
    await haveImages([IMAGE], { progress: log, signal: stopped });
    const trees = await layDnsmasqTrees({ image: IMAGE, state: CACHE, directory: scratch.path });
    for (let round = 1; round <= rounds; round += 1) {
      for (const side of (Object.keys(SIDES) as SideName[]).filter((one) => isAsked(SIDES[one].says))) {
        const seconds = await SIDES[side].run({ trees, image: IMAGE, stopped });
        done.push({ round, side, seconds });
        log(`round ${round} of ${rounds}, ${SIDES[side].says}: ${JSON.stringify(seconds)}`);
      }
    }
  } finally {
    scratch.remove();
  }
  const median = (side: SideName) => spreadIn(done, side, "linuxVersion")?.median;
  const [ours, theirs] = [median("rackhand"), median("dnsmasq")];
  if (ours === undefined || theirs === undefined) throw new Error("nothing was measured");
  const is = ours / theirs;
  return { measuredAt: new Date().toISOString(), rounds: done, goal: { most: GOAL, is, met: is <= GOAL } };
}

function spreadIn(rounds: UefiReport["rounds"], side: SideName, stage: Stage) {
  return spreadOf(rounds.flatMap((one) => (one.side === side ? (one.seconds[stage] ?? []) : [])));
}

/** The report for people. */
export function uefiLines({ rounds, goal }: UefiReport): string[] {
  const sides = (Object.keys(SIDES) as SideName[]).filter((side) => rounds.some((one) => one.side === side));
  const rows = (Object.keys(STAGES) as Stage[]).map((stage) => [
    STAGES[stage],
    ...sides.map((side) => spreadWords(spreadIn(rounds, side, stage), 1)),
  ]);
  const head = ["seconds after power-on", ...sides.map((side) => SIDES[side].says)];
  const verdict = goal.met ? "the goal is met" : "THE GOAL IS MISSED";
  return [
    ...columns(head, rows, Number.POSITIVE_INFINITY),
    "",
    `Median (min-max) of ${rounds.length / sides.length} rounds each, taking turns.`,
    `By the same loaders: ${goal.is.toFixed(3)} times dnsmasq; at most ${goal.most}: ${verdict}.`,
  ];
}
