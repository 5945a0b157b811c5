import type { Classes } from "../../src/bisect/core/classes.ts";
import type { Evidence, Reading, Search } from "../../src/bisect/core/engine.ts";
import { type History, line, parentsOf } from "../../src/bisect/core/history.ts";
import { decide } from "../../src/bisect/core/next.ts";
import { diceFrom } from "../../test/support/dice.ts";
import type { World } from "./worlds.ts";

export type Session = {
  readonly readings: number;
  readonly rounds: number; // as many readings at once as there are machines
  readonly is: "right" | "wrong" | "unsettled" | "not-reproduced";
  readonly toldOfMore: boolean; // than one change
  readonly isWhole: boolean; // each change was named
  readonly holds: boolean | null; // the interval of the effect holds it, where one change was found
  readonly stepMs: readonly number[]; // of processor time, to decide what to read next; of worlds with limits
};

const COMMITS = 1000;
const BLOCK = 20;
const SEARCH: Search = {
  ...{ history: line(COMMITS), answers: "number", error: 0.01, offsets: "off", drift: "when-seen" },
  ...{ outliers: "clip", smallestEffect: 0.3, machines: ["m1"] },
};

/**
 * One search through a pretended world, of a thousand commits on a line if it has no history of its own; the
 * same seed gives the same session.
 */
export function session(world: World, seed: number): Session {
  const dice = diceFrom(seed);
  const draw = () => dice(2 ** 31) / 2 ** 31;
  const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  const search = { ...SEARCH, ...world.search };
  const { history } = search;
  const culprit = dice(history.size);
  const shows = showing(history, culprit);
  const steps = stepsOf(world, culprit, () => dice(history.size));
  const offsets = Array.from({ length: history.size + 1 }, () => (world.offset ?? 0) * normal());
  const blocked = Array.from({ length: history.size / BLOCK }, () => draw() < (world.refused ?? 0));
  const refuses = (commit: number) =>
    commit >= 0 && commit < history.size - 1 && blocked[Math.floor(commit / BLOCK)] === true;
  const machines = Array.from({ length: world.machines ?? 1 }, (_, at) => `m${at + 1}`);
  let walk = 0;
  const noise = (): number => {
    if (world.outliers !== undefined && draw() < world.outliers) return 10 + normal();
    if (world.tails === undefined) return normal();
    const squares = normal() ** 2 + normal() ** 2 + normal() ** 2;
    return normal() / Math.sqrt(squares); // Student t3 scaled to variance 1
  };
  const readingAt = (commit: number): number => {
    walk += (world.drift ?? 0) * normal();
    const isNew = commit >= 0 && shows[commit] === 1;
    if (world.flips !== undefined) return Number(draw() < world.flips ? !isNew : isNew);
    return noise() + walk + offsets[commit + 1]! + (world.level ?? 0) + levelAt(steps, commit, isNew);
  };
  const readings: Reading[] = [];
  const refused = new Set<number>();
  const isTimed = world.limits !== undefined; // asking takes as long as half a decision on some machines
  const stepMs: number[] = [];
  let [from, rounds]: [Classes | undefined, number] = [undefined, 0];
  for (;;) {
    const pending: { commit: number; machine: string }[] = [];
    rounds += 1;
    for (const machine of machines) {
      const evidence: Evidence = {
        ...{ readings, refused, pending, built: new Set(), deployed: new Map() },
        minutes: { run: 1, build: 0, deploy: 0 },
      };
      const before = isTimed ? cpuMs() : 0;
      const { next, belief } = decide({ ...search, machines }, evidence, from);
      if (isTimed) stepMs.push(cpuMs() - before);
      from = belief.classes;
      if (next.do === "wait") break;
      if (next.do === "read") pending.push({ commit: next.commit, machine });
      else {
        const { verdict } = next;
        const is = judged(verdict, steps);
        const told = verdict.is === "found" ? 1 + (verdict.also?.length ?? 0) : 0;
        const isWhole = is === "right" && told === steps.length;
        const { low, high } = verdict.effect;
        const isOne = isWhole && told === 1 && world.flips === undefined;
        const holds = isOne ? low <= world.effect && world.effect <= high : null;
        const came = { is, toldOfMore: told > 1, isWhole, holds };
        return { ...came, readings: readings.length, rounds: rounds - 1, stepMs };
      }
    }
    for (const { commit, machine } of pending) {
      if (refuses(commit)) refused.add(commit);
      else readings.push({ commit, build: "1", machine, value: readingAt(commit) });
    }
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** 1 for the culprit and whatever descends from it. */
function showing(history: History, culprit: number): Uint8Array {
  const shows = new Uint8Array(history.size);
  shows[culprit] = 1;
  for (let at = culprit + 1; at < history.size; at += 1)
    if (parentsOf(history, at).some((parent) => shows[parent] === 1)) shows[at] = 1;
  return shows;
}

type Verdict = Extract<ReturnType<typeof decide>["next"], { do: "stop" }>["verdict"];

type Step = { readonly at: number; readonly by: number };
/** Nearer to each other two changes are one to anybody. */
const APART = 20;

function stepsOf({ effect, steps = [1] }: World, culprit: number, another: () => number): readonly Step[] {
  const places = [culprit];
  while (places.length < steps.length) {
    const place = another();
    if (places.every((one) => Math.abs(one - place) >= APART)) places.push(place);
  }
  return places.map((at, one) => ({ at, by: effect * steps[one]! }));
}

/** With one step the history may be any; with several it is a line. */
const levelAt = (steps: readonly Step[], commit: number, isNew: boolean): number =>
  steps.length === 1
    ? isNew
      ? steps[0]!.by
      : 0
    : steps.reduce((sum, { at, by }) => sum + (commit >= at ? by : 0), 0);

/** Right is what names changes and nothing else; when all were asked for, all of them. */
function judged(verdict: Verdict, steps: readonly Step[]): Session["is"] {
  if (verdict.is !== "found") return verdict.is;
  const { commits, also = [], others } = verdict;
  const named = [commits, ...also.map((one) => one.commits ?? range(one.after, one.upTo))];
  const isRight = named.every((ones) => steps.some(({ at, by }) => by !== 0 && ones.includes(at)));
  return isRight && (others === undefined || named.length === steps.length) ? "right" : "wrong";
}

const range = (after: number, upTo: number) =>
  Array.from({ length: upTo - after }, (_, at) => after + 1 + at);
