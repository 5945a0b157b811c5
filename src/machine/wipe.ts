import type { Observed } from "../base/event.ts";
import { must } from "../base/read.ts";
import { errandTakesMs } from "../hand/core/errand.ts";
import { type DiskPlan, disksOf, diskWords } from "../hand/core/imaging/disk-plan.ts";
import { readInventory } from "../hand/core/inventory.ts";
import { INVENTORY_SCRIPT } from "../hand/core/inventory-script.ts";
import { type ReadBack, type WipeMethod, wipeScript } from "../hand/core/wipe/wipe-script.ts";
import { provenWords, readWiped } from "../hand/core/wipe/wiped.ts";
import { straightOn } from "../story/core/steps.ts";
import { cameTo, type Json } from "../story/core/story.ts";
import type { Plot, Scene } from "../story/teller.ts";
import { toTheHand } from "./core/hand-stages.ts";
import { brokenOff } from "./core/imaged-plot.ts";
import { LOOK_WITHIN_MS } from "./core/install-methods.ts";
import { hasBooted, MINUTE } from "./core/install-plot.ts";
import { askHand } from "./hand-errand.ts";
import type { InstallHands } from "./install.ts";

export type WipeHands = Pick<
  InstallHands,
  "now" | "events" | "bootOnce" | "planOf" | "errand" | "armLocal"
> & {
  readonly note: (event: Observed) => void;
};
export type WipeSubject = {
  readonly machine: string;
  readonly plan: number; // the arming that it boots from, good once
  readonly since: number; // the last event before it
  readonly disks: readonly string[]; // serial numbers, as they were typed
  readonly method: WipeMethod;
  readonly readBack: ReadBack;
  readonly now: boolean;
};

const ENDED = { done: "wipe.done", failed: "wipe.failed", cancelled: "wipe.cancelled" } as const;
/** 20 TB at 100 MB/s, written once and read once. */
const WIPE_WITHIN_MS = 5 * 24 * 60 * MINUTE;

const stages = (now: boolean) =>
  [
    ...toTheHand(now, { act: "look at the disks", withinMs: LOOK_WITHIN_MS } as const),
    ...[
      { act: "erase", withinMs: errandTakesMs(WIPE_WITHIN_MS) + MINUTE, tries: 20, restMs: 15_000 } as const,
    ],
  ] as const;

/** From an armed live hand to disks that are erased, and were read back. */
export function wipePlot(hands: WipeHands): Plot {
  const acts = {
    boot: async ({ machine, since }: WipeSubject) => {
      if (!hasBooted(await hands.events(machine, since))) await hands.bootOnce(machine);
      return null;
    },
    "look at the disks": (subject: WipeSubject, scene: Scene) => lookAt(hands, subject, scene),
    erase: (subject: WipeSubject, scene: Scene) => erase(hands, subject, scene),
  };
  return {
    kind: "wipe",
    next: (subject, journal, now) => {
      const step =
        brokenOff(journal) ?? straightOn(stages((subject as unknown as WipeSubject).now), journal, now);
      if (step.do !== "end" || step.how !== "done") return step;
      return { ...step, says: (cameTo(journal, "erase") as { says: string }).says };
    },
    carryOut: (act, scene) =>
      acts[act as keyof typeof acts](scene.story.subject as unknown as WipeSubject, scene),
    ended: async (story, how, says) => {
      const { machine, plan, disks } = story.subject as unknown as WipeSubject;
      // a hand that erases goes on until another plan ends it
      if (how !== "done" && (await hands.planOf(machine))?.id === plan) await hands.armLocal(machine);
      const words =
        how === "done" ? says : `The wipe of ${disks.join(" and ")} of ${machine} ${how}: ${says}`;
      const detail = { story: story.id, how, disks: [...disks] };
      hands.note({ kind: ENDED[how], at: hands.now(), machine, says: words, detail });
    },
  };
}

async function lookAt(hands: WipeHands, subject: WipeSubject, scene: Scene): Promise<Json> {
  const { machine, disks: ids, method, now } = subject;
  const errand = ["look", INVENTORY_SCRIPT, LOOK_WITHIN_MS] as const;
  const told = await askHand(hands, subject, scene, errand, !now);
  if ("brokenOff" in told) return told;
  const found = disksOf(must(readInventory(told.output)).disks, ids);
  if (!found.ok) return { brokenOff: `${found.flaw}; nothing was touched` };
  const says = `${diskWords({ disks: found.value })} of ${machine} is erased now (${method})`;
  hands.note({ kind: "wipe.begun", at: hands.now(), machine, says, detail: { story: scene.story.id } });
  return { disks: found.value as unknown as Json, says };
}

async function erase(hands: WipeHands, subject: WipeSubject, scene: Scene): Promise<Json> {
  const { disks } = cameTo(scene.journal, "look at the disks") as unknown as Pick<DiskPlan, "disks">;
  const plan = { ...subject, disks };
  const told = await askHand(hands, subject, scene, ["erase", wipeScript(plan), WIPE_WITHIN_MS]);
  if ("brokenOff" in told) return told;
  const wiped = readWiped(told.output, plan);
  if (!wiped.ok) return { brokenOff: wiped.flaw };
  const each = wiped.value.map((one) => {
    const [disk] = disks.filter(({ name }) => name === one.name);
    return `${disk === undefined ? one.name : diskWords({ disks: [disk] })}, is erased ${provenWords(one)}`;
  });
  return { wiped: wiped.value as unknown as Json, says: `${subject.machine}: ${each.join(". ")}` };
}
