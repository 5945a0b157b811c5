import { setTimeout as pause } from "node:timers/promises";
import type { Observed } from "../base/event.ts";
import { must } from "../base/read.ts";
import { readSerialProfile } from "../base/serial-profile.ts";
import { type DiskPlan, eraseWords, planDisks } from "../hand/core/imaging/disk-plan.ts";
import { layOutScript } from "../hand/core/imaging/lay-out-script.ts";
import { HOST_KEY_LINE, ownScript, RESTART_SCRIPT } from "../hand/core/imaging/own-script.ts";
import { unpackScript } from "../hand/core/imaging/unpack-script.ts";
import { readInventory } from "../hand/core/inventory.ts";
import { INVENTORY_SCRIPT } from "../hand/core/inventory-script.ts";
import { cameTo, type Json } from "../story/core/story.ts";
import type { Scene } from "../story/teller.ts";
import type { BrokenOff } from "./core/imaged-plot.ts";
import {
  type Imaged,
  type InstallAct,
  type InstallSubject,
  LAY_OUT_WITHIN_MS,
  LOOK_WITHIN_MS,
  OWN_WITHIN_MS,
  UNPACK_WITHIN_MS,
} from "./core/install-methods.ts";
import { askHand, type ErrandHands } from "./hand-errand.ts";

export type ImagedHands = ErrandHands & {
  readonly now: () => number;
  readonly note: (event: Observed) => void;
  readonly lastEvent: (machine: string) => Promise<{ readonly id: number } | undefined>;
};
type ImagedAct = Exclude<InstallAct, "boot" | "see the installer" | "see the login prompt" | "settle">;
type Acts = Record<ImagedAct, (subject: InstallSubject, scene: Scene) => Promise<Json>>;

const RESTART_WITHIN_MS = 60_000;

/** What a live hand is asked for, from its disks to the restart into what is on them. */
export function imagedActs(hands: ImagedHands): Acts {
  const planOf = (scene: Scene) =>
    (cameTo(scene.journal, "look at the disks") as unknown as { plan: DiskPlan }).plan;
  return {
    "look at the disks": async (subject, scene) => {
      const told = await askHand(hands, subject, scene, ["look", INVENTORY_SCRIPT, LOOK_WITHIN_MS]);
      if ("brokenOff" in told) return told;
      const { disks, firmware } = must(readInventory(told.output));
      const { recipe, disks: ids } = imagedOf(subject);
      const plan = planDisks(recipe, { disks, ids, firmware });
      if (!plan.ok) return { brokenOff: `${plan.flaw}; nothing was touched` };
      const says = eraseWords(plan.value, subject.image);
      const { machine } = subject;
      hands.note({
        kind: "install.planned",
        at: hands.now(),
        machine,
        says,
        detail: { story: scene.story.id },
      });
      return { plan: plan.value as unknown as Json, says };
    },
    "lay out the disks": (subject, scene) =>
      askHand(hands, subject, scene, ["lay-out", layOutScript(planOf(scene)), LAY_OUT_WITHIN_MS]).then(
        briefly,
      ),
    unpack: (subject, scene) => {
      const script = unpackScript(planOf(scene), imagedOf(subject).root);
      return askHand(hands, subject, scene, ["unpack", script, UNPACK_WITHIN_MS]).then(briefly);
    },
    "make it the machine's own": async (subject, scene) => {
      const { keys, user, root, serial } = imagedOf(subject);
      const own = {
        host: subject.machine,
        keys,
        user,
        sha256: root.sha256,
        serial: must(readSerialProfile(serial)),
      };
      const told = await askHand(hands, subject, scene, [
        "own",
        ownScript(planOf(scene), own),
        OWN_WITHIN_MS,
      ]);
      if ("brokenOff" in told) return told;
      const hostKey = HOST_KEY_LINE.exec(told.output)?.[1];
      if (hostKey === undefined) return { brokenOff: "it named no ssh host key" };
      const { machine } = subject;
      const says = `What is installed on ${machine} has the ssh host key ${hostKey}`;
      hands.note({ kind: "install.key", at: hands.now(), machine, says, detail: { hostKey } });
      return { hostKey };
    },
    // whether it does is seen on the console; a hand that is gone already has done so
    restart: async (subject, scene) => {
      const event = (await hands.lastEvent(subject.machine))?.id ?? subject.since;
      const asked = askHand(hands, subject, scene, ["restart", RESTART_SCRIPT, RESTART_WITHIN_MS]).catch(
        () => null,
      );
      await Promise.race([asked, pause(RESTART_WITHIN_MS, null, { ref: false, signal: scene.signal })]);
      return { event };
    },
  };
}

const imagedOf = (subject: InstallSubject): Imaged =>
  (subject as Extract<InstallSubject, { method: "imaged" }>).imaged;
const briefly = (told: BrokenOff | { output: string }): Json => ("brokenOff" in told ? told : null);
