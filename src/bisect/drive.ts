import { setTimeout as rest } from "node:timers/promises";
import { Fault } from "../base/fault.ts";
import type { Engine, Verdict } from "./core/engine.ts";
import { following, type Move, moveOf, type Pending, type State } from "./core/replay.ts";
import { KEPT_BUILDS, surplusBuilds } from "./core/surplus-builds.ts";
import type { JournalFile } from "./journal-file.ts";
import type { Mirror } from "./mirror.ts";
import type { Task, Workshop } from "./workshop.ts";

export type Drive = {
  readonly journal: JournalFile;
  readonly engine: Engine;
  readonly mirror: Mirror;
  readonly workshop: Workshop;
  readonly by: string;
  readonly now: () => number;
  readonly newRun: () => string;
  readonly restMs: number; // of a machine after trouble; twice as long each time, up to 64 times
  readonly signal: AbortSignal;
  readonly tell: (what: string) => void;
  readonly watch?: (state: State, move: Move) => Promise<void>; // whenever it was thought over
};

/** As often as this in a row each machine, or a commit on each of them, may bring trouble before a person must look. */
const PATIENCE = 3;
const MOST_DOUBLINGS = 6;

/** Measures until the search ends. Whatever stops it, what was finished stands in the journal. */
export async function drive(the: Drive): Promise<Verdict<string>> {
  const { journal, engine } = the;
  const now = following(journal.lines);
  const { hosts } = now().settings;
  const machines = hosts.length === 0 ? ["here"] : hosts;
  const under = new Map<string, { commit: string; done: Promise<void> }>();
  const resting = new Map<string, Promise<void>>(); // after trouble; the others go on meanwhile
  const busy = () => [...[...under.values()].map(({ done }) => done), ...resting.values()];
  const patience = patienceWith(machines);
  const over = new AbortController();
  const signal = AbortSignal.any([the.signal, over.signal]);
  const lieDown = (machine: string, times: number) => {
    const ms = the.restMs * 2 ** Math.min(times - 1, MOST_DOUBLINGS);
    const up = rest(ms, undefined, { signal })
      .catch(() => {}) // told to stop: looked at above
      .finally(() => resting.delete(machine));
    resting.set(machine, up);
  };
  try {
    for (;;) {
      the.signal.throwIfAborted();
      const pending: Pending = [...under].map(([machine, { commit }]) => ({ machine, commit }));
      const state = now();
      const move = moveOf(state, engine, pending, [...resting.keys()]);
      await the.watch?.(state, move);
      if (move.do === "end" && under.size === 0) return move.outcome;
      if (move.do === "look-inside" && under.size === 0) {
        await lookInside(the, state, move);
        continue;
      }
      const idle = machines.find((one) => !under.has(one) && !resting.has(one));
      if (move.do === "read" && idle !== undefined) {
        await makeRoom(the, now(), move, [...pending.map(({ commit }) => commit), move.commit]);
        const task = taskFor(now(), move, { run: the.newRun(), machine: idle });
        const done = measured(the, task, patience, lieDown).finally(() => under.delete(idle));
        done.catch(() => {}); // heard below
        under.set(idle, { commit: move.commit, done });
      } else await Promise.race(busy());
    }
  } finally {
    over.abort();
    await Promise.allSettled(busy());
  }
}

type Patience = ReturnType<typeof patienceWith>;

/** How often in a row each machine brought trouble, and each commit on each of them. */
function patienceWith(machines: readonly string[]) {
  const times = new Map<string, number>();
  const [ofMachine, ofBoth] = [(machine: string) => machine, (...both: string[]) => both.join(" ")];
  const isOutOf = (key: (machine: string) => string) =>
    machines.every((one) => (times.get(key(one)) ?? 0) >= PATIENCE);
  return {
    /** How often this machine did; `isOver`: there is nobody else to ask. */
    troubled: ({ machine, commit }: Task) => {
      for (const key of [ofMachine(machine), ofBoth(machine, commit)])
        times.set(key, (times.get(key) ?? 0) + 1);
      const isOver = isOutOf(ofMachine) || isOutOf((one) => ofBoth(one, commit));
      return { times: times.get(ofMachine(machine))!, isOver };
    },
    done: ({ machine, commit }: Task) => {
      times.delete(ofMachine(machine));
      for (const one of machines) times.delete(ofBoth(one, commit));
    },
  };
}

async function lookInside(
  { journal, mirror, by, now, tell }: Drive,
  { settings: { paths, walk } }: State,
  move: Move & { do: "look-inside" },
) {
  const stage = await mirror.inside(move.merge, { paths, walk });
  tell(`${move.merge.slice(0, 12)} is a merge: ${stage.ids.length} commits of its branch are looked into`);
  const beside = move.beside === undefined ? {} : { beside: move.beside };
  await journal.append({ is: "stage", at: now(), by, stage, sure: move.sure, ...beside });
}

/** Removes what a further build would be too many; it can be built again. */
export async function makeRoom(
  { journal, workshop, by, now, tell }: Pick<Drive, "journal" | "workshop" | "by" | "now" | "tell">,
  state: State,
  move: Move & { do: "read" },
  busy: readonly string[],
): Promise<void> {
  if ((state.built.get(move.commit) ?? []).length > 0) return;
  const keep = state.settings.keepBuilds ?? KEPT_BUILDS;
  for (const gone of surplusBuilds(state, move.chances, { keep, busy })) {
    await workshop.discard(gone);
    await journal.append({ is: "gone", at: now(), by, ...gone });
    tell(`${gone.commit.slice(0, 12)}: its build is removed, ${keep} are kept`);
  }
}

/** Builds of a commit are numbered: older journals may have several, of which the last is read on. */
export function taskFor(
  { built, readings }: State,
  { commit, because }: Move & { do: "read" },
  where: { readonly run: string; readonly machine: string },
): Task {
  const used = readings.flatMap((one) => (one.commit === commit ? [Number(one.build)] : []));
  const build = String(Math.max(1, ...used, ...(built.get(commit) ?? []).map(Number)));
  return { ...where, commit, because, build };
}

async function measured(
  the: Drive,
  task: Task,
  patience: Patience,
  lieDown: (machine: string, times: number) => void,
): Promise<void> {
  const is = await measureOnce(the, task);
  if (is.is !== "trouble") return patience.done(task);
  const { times, isOver } = patience.troubled(task);
  const commit = task.commit.slice(0, 12);
  if (!is.again || isOver) throw new Fault("bisect.trouble", { commit, why: is.because });
  the.tell(`${commit} on ${task.machine}: ${is.because}; tried again`);
  lieDown(task.machine, times);
}

/** One reading, or why there is none; either way it stands in the journal. */
export async function measureOnce(
  the: Pick<Drive, "journal" | "workshop" | "by" | "now" | "tell">,
  task: Task,
): Promise<{ is: "done" } | { is: "trouble"; because: string; again: boolean }> {
  const { journal, workshop, by, now, tell } = the;
  const { run, commit, build, machine, because } = task;
  const says = `${commit.slice(0, 12)}${machine === "here" ? "" : ` on ${machine}`}`;
  const at = now();
  const written = { at, by };
  const trouble = async (why: string, again: boolean) => {
    const because = why.replace(/\.$/, ""); // it is told within a sentence
    await journal.append({ is: "trouble", ...written, commit, machine, because });
    return { is: "trouble" as const, because, again };
  };
  const built = await workshop.build(task);
  if (built.is === "trouble") return trouble(built.because, built.again);
  if (built.is === "unbuildable") {
    const { because: why, tookMs } = built;
    await journal.append({ is: "unbuildable", ...written, commit, because: why, tookMs });
    tell(`${says}: ${why}`);
    return { is: "done" };
  }
  if (built.fresh)
    await journal.append({ is: "built", ...written, commit, build, machine, tookMs: built.tookMs });
  const answer = await workshop.run(task);
  if (answer.is === "trouble") return trouble(answer.because, answer.again);
  if (answer.is !== "reading") {
    await journal.append({ is: "skipped", ...written, commit, because: answer.because });
    tell(`${says}: ${answer.because}`);
    return { is: "done" };
  }
  const { value, tookMs } = answer;
  await journal.append({ is: "reading", ...written, run, commit, build, machine, value, tookMs, because });
  tell(`${says}: ${value}`);
  return { is: "done" };
}
