import { limitOf } from "../../src/process/limit.ts";
import { type Marks, STAGE_NAMES, type Stage } from "./stages.ts";

const BOOTS_WITHIN_MS = 240_000;

export type BootNeeds = {
  readonly state: string;
  readonly tree: string; // what dnsmasq serves
  readonly image: string; // what Rackhand serves
  readonly entry: readonly string[]; // argv that runs Rackhand
  readonly log: (line: string) => void;
};
/** Boots a machine once, marks what it passes, and leaves nothing behind. `until` ends a wait at the limit or at ctrl-C. */
export type Side = (
  needs: BootNeeds,
  marks: Marks,
  until: <T>(wait: Promise<T>) => Promise<T>,
) => Promise<void>;
/** Seconds after power-on; null: not seen. */
export type Boot = Readonly<Record<Stage, number | null>>;

export async function oneBoot(side: Side, needs: BootNeeds, stopped: AbortSignal): Promise<Boot> {
  const marks: Marks = {};
  const { signal, clear } = limitOf(BOOTS_WITHIN_MS, stopped);
  try {
    await side(needs, marks, (wait) => unlessAborted(wait, signal));
  } catch (error) {
    if (!signal.aborted || stopped.aborted) throw error;
    throw new Error(
      `no "Linux version" within ${BOOTS_WITHIN_MS / 1000} s; seen: ${Object.keys(marks).join(", ")}`,
    );
  } finally {
    clear();
  }
  const { powerOn } = marks;
  if (powerOn === undefined) throw new Error("the power-on was not seen");
  const after = (stage: Stage) => {
    const at = marks[stage];
    return at === undefined ? null : Math.round(at - powerOn) / 1000;
  };
  return Object.fromEntries(STAGE_NAMES.map((stage) => [stage, after(stage)])) as Boot;
}

function unlessAborted<T>(wait: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => reject(new Error("stopped"));
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
    wait.then(resolve, reject).finally(() => signal.removeEventListener("abort", end));
  });
}
