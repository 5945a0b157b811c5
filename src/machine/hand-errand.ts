import type { Plan } from "../api/shapes.ts";
import { Fault } from "../base/fault.ts";
import { REFUSED_CODE } from "../hand/core/imaging/sh.ts";
import type { Scene } from "../story/teller.ts";
import { type BrokenOff, lastWords } from "./core/imaged-plot.ts";

type Errand = { readonly id: string; readonly script: string; readonly withinMs: number };
export type ErrandHands = {
  readonly planOf: (machine: string) => Promise<Plan | null>;
  readonly errand: (machine: string, errand: Errand) => Promise<{ code: number; output: string }>;
};
/** Whose hand it is, and in which arming: another one's hand is not asked to write to a disk. */
type Of = { readonly machine: string; readonly plan: number };

/** With these, what was begun will not be finished: nobody is there any more who would. */
const LOST = ["hand.lost", "hand.absent", "hand.over", "hand.no-plan"];

/** One errand of this story; its output when it went well. `patient`: a hand that did not come yet is no end. */
export async function askHand(
  hands: ErrandHands,
  { machine, plan }: Of,
  { story, signal }: Scene,
  [word, script, withinMs]: readonly [string, string, number],
  patient = false,
): Promise<BrokenOff | { readonly output: string }> {
  const present = await hands.planOf(machine);
  if (present?.id !== plan) return { brokenOff: "another boot plan was armed" };
  try {
    const errand = { id: `${story.kind}-${story.id}-${word}`, script, withinMs };
    const { code, output } = await orAborted(hands.errand(machine, errand), signal);
    if (code === 0) return { output };
    const touched = code === REFUSED_CODE ? "; nothing was touched" : "";
    return { brokenOff: `${lastWords(output)}${touched}` };
  } catch (error) {
    const isLost = error instanceof Fault && LOST.includes(error.id);
    if (isLost && !(patient && error.id === "hand.absent")) return { brokenOff: error.says };
    throw error;
  }
}

/** The errand itself goes on at its hand; who asks again gets its answer. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Error("it was told to stop"));
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
