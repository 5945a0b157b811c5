import type { TimelineEvent } from "../api/shapes.ts";
import type { Observed } from "../base/event.ts";
import { must } from "../base/read.ts";
import { doorScript, type PublicKey, readDoor } from "../hand/core/door.ts";
import { straightOn } from "../story/core/steps.ts";
import { cameTo, type Json } from "../story/core/story.ts";
import type { Plot } from "../story/teller.ts";
import { toTheHand } from "./core/hand-stages.ts";
import { hasBooted } from "./core/install-plot.ts";
import { type ErrandHands, orAborted } from "./hand-errand.ts";

export type RescueHands = ErrandHands & {
  readonly now: () => number;
  readonly events: (machine: string, after: number) => Promise<TimelineEvent[]>;
  readonly bootOnce: (machine: string) => Promise<void>;
  readonly addressOf: (machine: string) => string | undefined;
  readonly armLocal: (machine: string) => Promise<unknown>;
  readonly note: (event: Observed) => void;
};
type Subject = {
  readonly machine: string;
  readonly plan: number;
  readonly key: PublicKey;
  readonly now: boolean;
  readonly since: number; // the last event before it
};

const ENDED = { done: "rescue.open", failed: "rescue.failed", cancelled: "rescue.ended" } as const;
const DOOR_WITHIN_MS = 2 * 60_000;

const stages = (now: boolean) => toTheHand(now, { act: "open the door", withinMs: DOOR_WITHIN_MS } as const);

/** From an armed live hand to a door that its person's key opens. */
export function rescuePlot(hands: RescueHands): Plot {
  return {
    kind: "rescue",
    next: (subject, journal, now) => {
      const step = straightOn(stages((subject as unknown as Subject).now), journal, now);
      if (step.do !== "end" || step.how !== "done") return step;
      return { ...step, says: (cameTo(journal, "open the door") as { says: string }).says };
    },
    carryOut: async (act, { story, signal }) => {
      const { machine, since, plan, key } = story.subject as unknown as Subject;
      if (act === "boot") {
        if (!hasBooted(await hands.events(machine, since))) await hands.bootOnce(machine);
        return null;
      }
      if ((await hands.planOf(machine))?.id !== plan) throw new Error("another boot plan was armed");
      const errand = { id: `door-${story.id}`, script: doorScript(key), withinMs: DOOR_WITHIN_MS };
      const { code, output } = await orAborted(hands.errand(machine, errand), signal);
      if (code !== 0) throw new Error(`the door did not open: ${output.trim().slice(-300)}`);
      return door(machine, hands.addressOf(machine), must(readDoor(output)));
    },
    ended: async (story, how, says) => {
      const { machine, plan } = story.subject as unknown as Subject;
      if (how !== "done" && (await hands.planOf(machine))?.id === plan) await hands.armLocal(machine);
      const kind = ENDED[how];
      const words = how === "done" ? says : `The rescue of ${machine} ${how}: ${says}`;
      hands.note({ kind, at: hands.now(), machine, says: words, detail: { story: story.id, how } });
    },
  };
}

function door(machine: string, address: string | undefined, fingerprint: string): Json {
  const where = address ?? machine;
  return {
    ...{ address: where, fingerprint },
    says: `${machine} lets its key in until the next arming: ssh root@${where} (its host key is ED25519 ${fingerprint})`,
  };
}
