import type { Classes } from "../../src/bisect/core/classes.ts";
import type { Evidence, Reading, Search } from "../../src/bisect/core/engine.ts";
import { line } from "../../src/bisect/core/history.ts";
import { decide } from "../../src/bisect/core/next.ts";
import { diceFrom } from "../../test/support/dice.ts";
import type { World } from "./worlds.ts";

export type Session = {
  readonly readings: number;
  readonly rounds: number; // as many readings at once as there are machines
  readonly is: "right" | "wrong" | "unsettled" | "not-reproduced";
};

const COMMITS = 1000;
const BLOCK = 20;
const SEARCH: Search = {
  ...{ history: line(COMMITS), answers: "number", error: 0.01, offsets: "off", drift: "when-seen" },
  ...{ outliers: "clip", smallestEffect: 0.3, machines: ["m1"] },
};

/** One search through a thousand commits of a pretended world; the same seed gives the same session. */
export function session(world: World, seed: number): Session {
  const dice = diceFrom(seed);
  const draw = () => dice(2 ** 31) / 2 ** 31;
  const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  const culprit = dice(COMMITS);
  const offsets = Array.from({ length: COMMITS + 1 }, () => (world.offset ?? 0) * normal());
  const blocked = Array.from({ length: COMMITS / BLOCK }, () => draw() < (world.refused ?? 0));
  const refuses = (commit: number) =>
    commit >= 0 && commit < COMMITS - 1 && blocked[Math.floor(commit / BLOCK)] === true;
  const machines = Array.from({ length: world.machines ?? 1 }, (_, at) => `m${at + 1}`);
  const search = { ...SEARCH, machines, ...world.search };
  let walk = 0;
  const noise = (): number => {
    if (world.outliers !== undefined && draw() < world.outliers) return 10 + normal();
    if (world.tails === undefined) return normal();
    const squares = normal() ** 2 + normal() ** 2 + normal() ** 2;
    return normal() / Math.sqrt(squares); // Student t3 scaled to variance 1
  };
  const readingAt = (commit: number): number => {
    walk += (world.drift ?? 0) * normal();
    return noise() + walk + offsets[commit + 1]! + (commit >= culprit ? world.effect : 0);
  };
  const readings: Reading[] = [];
  const refused = new Set<number>();
  let [from, rounds]: [Classes | undefined, number] = [undefined, 0];
  for (;;) {
    const pending: { commit: number; machine: string }[] = [];
    rounds += 1;
    for (const machine of machines) {
      const evidence: Evidence = {
        ...{ readings, refused, pending, built: new Set(), deployed: new Map() },
        minutes: { run: 1, build: 0, deploy: 0 },
      };
      const { next, belief } = decide(search, evidence, from);
      from = belief.classes;
      if (next.do === "wait") break;
      if (next.do === "read") pending.push({ commit: next.commit, machine });
      else return { readings: readings.length, rounds: rounds - 1, is: judged(next.verdict, culprit, world) };
    }
    for (const { commit, machine } of pending) {
      if (refuses(commit)) refused.add(commit);
      else readings.push({ commit, build: "1", machine, value: readingAt(commit) });
    }
  }
}

type Verdict = Extract<ReturnType<typeof decide>["next"], { do: "stop" }>["verdict"];

function judged(verdict: Verdict, culprit: number, world: World): Session["is"] {
  if (verdict.is !== "found") return verdict.is;
  return world.effect !== 0 && verdict.commits.includes(culprit) ? "right" : "wrong";
}
