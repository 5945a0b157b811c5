import { cpus, loadavg, release } from "node:os";
import { join } from "node:path";
import { Fault } from "../../src/base/fault.ts";
import { fetchDebian } from "../../src/image/fetch-debian.ts";
import { findImage } from "../../src/image/find-image.ts";
import { makeState } from "../../src/main/place.ts";
import type { BenchWish } from "../bench-wish.ts";
import { openScratch } from "../scratch.ts";
import { type Spread, spreadOf } from "../spread.ts";
import { dnsmasqSide } from "./dnsmasq.ts";
import { type Boot, type BootNeeds, oneBoot } from "./one-boot.ts";
import { rackhandSide } from "./rackhand.ts";
import { STAGE_NAMES, type Stage } from "./stages.ts";
import { layTree } from "./tftp-tree.ts";

const IMAGE = "debian-12";
export const GOAL = 0.35; // of dnsmasq's time to "Linux version"
const SIDES = { rackhand: rackhandSide, dnsmasq: dnsmasqSide } as const;
export type SideName = keyof typeof SIDES;

export type Round = { readonly round: number; readonly side: SideName; readonly seconds: Boot };
export type StageRow = {
  readonly stage: Stage;
  readonly rackhand: Spread | undefined;
  readonly dnsmasq: Spread | undefined;
  readonly ratio: number | undefined; // of the medians
};
export type BootReport = {
  readonly measuredAt: string;
  readonly machine: { cores: number; processor: string; kernel: string; node: string; loadBefore: number };
  readonly image: string;
  readonly stages: readonly StageRow[];
  readonly goal: { readonly stage: Stage; readonly most: number; readonly is: number; readonly met: boolean };
  readonly rounds: readonly Round[];
};
/** The two sides take turns, so that whatever else the machine does meanwhile hits both. */
export async function benchBoot({ rounds, place, log, stopped }: BenchWish): Promise<BootReport> {
  const scratch = openScratch();
  try {
    const loadBefore = loadavg()[0]!;
    const state = join(scratch.path, "rackhand");
    makeState(state);
    await haveImage(state, log, stopped);
    const tree = join(scratch.path, "tftp");
    await layTree({ image: IMAGE, state, directory: tree });
    const done: Round[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      for (const side of Object.keys(SIDES) as SideName[]) {
        const needs: BootNeeds = {
          ...{ tree, image: IMAGE, entry: place.entry },
          state: side === "rackhand" ? state : join(scratch.path, side),
          log: () => {},
        };
        const seconds = await oneBoot(SIDES[side], needs, stopped);
        done.push({ round, side, seconds });
        log(`round ${round} of ${rounds}, ${side}: "Linux version" after ${seconds.linuxVersion} s`);
      }
    }
    return reportOf(done, loadBefore);
  } finally {
    scratch.remove();
  }
}

async function haveImage(state: string, log: (line: string) => void, signal: AbortSignal): Promise<void> {
  try {
    await findImage(IMAGE, state);
  } catch (error) {
    if (!(error instanceof Fault) || error.id !== "image.missing") throw error;
    log(`Fetching ${IMAGE}'s installer package with apt, into ${state}`);
    await fetchDebian({ name: IMAGE, stateDirectory: state, progress: log, signal });
  }
}

function reportOf(rounds: readonly Round[], loadBefore: number): BootReport {
  const stages = STAGE_NAMES.map((stage) => rowOf(stage, rounds));
  const is = stages.find(({ stage }) => stage === "linuxVersion")?.ratio;
  if (is === undefined) throw new Error('"Linux version" was not seen on both sides');
  const { model, length } = { model: cpus()[0]?.model ?? "unknown", length: cpus().length };
  return {
    measuredAt: new Date().toISOString(),
    machine: { cores: length, processor: model, kernel: release(), node: process.versions.node, loadBefore },
    image: IMAGE,
    stages,
    goal: { stage: "linuxVersion", most: GOAL, is, met: is <= GOAL },
    rounds,
  };
}

function rowOf(stage: Stage, rounds: readonly Round[]): StageRow {
  const of = (name: SideName) =>
    spreadOf(rounds.flatMap(({ side, seconds }) => (side === name ? (seconds[stage] ?? []) : [])));
  const [rackhand, dnsmasq] = [of("rackhand"), of("dnsmasq")];
  return { stage, rackhand, dnsmasq, ratio: rackhand && dnsmasq && rackhand.median / dnsmasq.median };
}
