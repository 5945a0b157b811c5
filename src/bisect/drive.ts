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
  readonly restMs: number; // of a machine after trouble; twice as long each time
  readonly signal: AbortSignal;
  readonly tell: (what: string) => void;
  readonly watch?: (state: State, move: Move) => Promise<void>; // whenever it was thought over
};

/** As often as this in a row a commit may bring trouble on each machine before a person must look. */
const PATIENCE = 3;

/** Measures until the search ends. Whatever stops it, what was finished stands in the journal. */
export async function drive(the: Drive): Promise<Verdict<string>> {
  const { journal, engine, signal } = the;
  const now = following(journal.lines);
  const { hosts } = now().settings;
  const machines = hosts.length === 0 ? ["here"] : hosts;
  const under = new Map<string, { commit: string; done: Promise<void> }>();
  const troubles = new Map<string, number>(); // by commit, in a row
  try {
    for (;;) {
      signal.throwIfAborted();
      const pending: Pending = [...under].map(([machine, { commit }]) => ({ machine, commit }));
      const state = now();
      const move = moveOf(state, engine, pending);
      await the.watch?.(state, move);
      if (move.do === "end" && under.size === 0) return move.outcome;
      if (move.do === "look-inside" && under.size === 0) await lookInside(the, state, move);
      const idle = machines.find((one) => !under.has(one));
      if (move.do === "read" && idle !== undefined) {
        await makeRoom(the, now(), move, [...pending.map(({ commit }) => commit), move.commit]);
        const task = taskFor(now(), move, { run: the.newRun(), machine: idle });
        const done = measured(the, task, troubles, machines.length).finally(() => under.delete(idle));
        done.catch(() => {}); // heard below
        under.set(idle, { commit: move.commit, done });
      } else if (under.size > 0) await Promise.race([...under.values()].map(({ done }) => done));
    }
  } finally {
    await Promise.allSettled([...under.values()].map(({ done }) => done));
  }
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
  troubles: Map<string, number>,
  machines: number,
): Promise<void> {
  const is = await measureOnce(the, task);
  if (is.is !== "trouble") {
    troubles.delete(task.commit);
    return;
  }
  const times = (troubles.get(task.commit) ?? 0) + 1;
  troubles.set(task.commit, times);
  const commit = task.commit.slice(0, 12);
  if (!is.again || times >= PATIENCE * machines)
    throw new Fault("bisect.trouble", { commit, why: is.because });
  the.tell(`${commit} on ${task.machine}: ${is.because}; tried again`);
  await rest(the.restMs * 2 ** (times - 1), undefined, { signal: the.signal });
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
