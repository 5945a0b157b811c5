import { setTimeout as pause } from "node:timers/promises";
import type { TimelineEvent } from "../api/shapes.ts";
import type { Observed } from "../base/event.ts";
import { duration } from "../base/units.ts";
import { diagnose } from "../boot/core/diagnosis/diagnose.ts";
import type { SightingId } from "../console/core/sightings.ts";
import { straightOn } from "../story/core/steps.ts";
import { cameTo, type Json } from "../story/core/story.ts";
import type { Plot, Scene } from "../story/teller.ts";
import { brokenOff } from "./core/imaged-plot.ts";
import { type InstallAct, type InstallSubject, methodOf } from "./core/install-methods.ts";
import { hasBooted, INSTALLER_WITHIN_MS, LOGIN_WITHIN_MS, look } from "./core/install-plot.ts";
import { hostKeyOn } from "./core/installed-mark.ts";
import { type ImagedHands, imagedActs } from "./imaged.ts";

/** All that an install needs of the world: the desk has it. */
export type InstallHands = ImagedHands & {
  readonly events: (machine: string, after: number) => Promise<TimelineEvent[]>;
  readonly bootOnce: (machine: string) => Promise<void>;
  readonly screen: (machine: string) => Promise<readonly string[]>;
  readonly armLocal: (machine: string) => Promise<unknown>;
  readonly lookEveryMs?: number;
};

const LOOK_EVERY_MS = 1000;

/** From an armed boot plan to the login prompt of what it installed, by the stages of its method. */
export function installPlot(hands: InstallHands): Plot {
  const acts = installActs(hands);
  return {
    kind: "install",
    next: (subject, journal, now) =>
      brokenOff(journal) ?? straightOn(methodOf(subject as unknown as InstallSubject).stages, journal, now),
    carryOut: (act, scene) =>
      acts[act as InstallAct](scene.story.subject as unknown as InstallSubject, scene),
    ended: async (story, how, says) => {
      const { machine, plan, image } = story.subject as unknown as InstallSubject;
      if (how !== "done") await disarm(hands, machine, plan);
      hands.note({
        kind: ENDED[how],
        at: hands.now(),
        machine,
        says:
          how === "done"
            ? `${machine} is installed from ${image}`
            : `The install of ${machine} ${how}: ${says}`,
        detail: { story: story.id, image, how },
      });
    },
  };
}

type Acts = Record<InstallAct, (subject: InstallSubject, scene: Scene) => Promise<Json>>;

const installActs = (hands: InstallHands): Acts => ({
  boot: async ({ machine, since }) => {
    if (hasBooted(await hands.events(machine, since))) return "it was booted already";
    await hands.bootOnce(machine);
    return null;
  },
  "see the installer": ({ machine, since }, { signal }) =>
    seen(hands, machine, since, { wanted: "kernel-started", withinMs: INSTALLER_WITHIN_MS, signal }),
  // only what came after its kernel: the system that was there before has a login prompt too
  "see the login prompt": async ({ machine }, { journal, signal }) => {
    const since = eventOf(cameTo(journal, "see the installer") ?? cameTo(journal, "restart"));
    const wanted = { wanted: "login-prompt", withinMs: LOGIN_WITHIN_MS, signal } as const;
    const prompt = (await seen(hands, machine, since, wanted)) as { readonly [key: string]: Json };
    const screen = await hands.screen(machine).catch(() => []); // a console that was just lost costs the key only
    return { ...prompt, hostKey: hostKeyOn(screen) };
  },
  ...imagedActs(hands),
  settle: async (subject, { story, journal }) => {
    const { machine, image } = subject;
    await hands.armLocal(machine);
    const own = cameTo(journal, "make it the machine's own") ?? cameTo(journal, "see the login prompt");
    const { hostKey = null } = own as { readonly hostKey?: string | null };
    const known = hostKey === null ? "its host key was not seen" : `by the ssh host key ${hostKey}`;
    const disks = subject.method === "imaged" ? subject.imaged.disks : (subject.wish?.disks ?? []);
    hands.note({
      ...{ kind: "machine.installed", at: hands.now(), machine },
      says: `${machine} is marked as installed from ${image}; ${known}`,
      detail: { image, story: story.id, hostKey, disks },
    });
    return null;
  },
});

const ENDED = { done: "install.done", failed: "install.failed", cancelled: "install.cancelled" } as const;

/** What was armed for an install that is over must not begin another one. */
async function disarm(hands: InstallHands, machine: string, plan: number): Promise<void> {
  const present = await hands.planOf(machine);
  if (present?.id === plan && present.state === "armed") await hands.armLocal(machine);
}

const eventOf = (seen: Json | undefined): number => (seen as { event: number }).event;

type Wanted = { readonly wanted: SightingId; readonly withinMs: number; readonly signal: AbortSignal };

/** Waits until the console has shown it. The timeline is what is looked at, so nothing is missed while nobody looks. */
async function seen(
  hands: InstallHands,
  machine: string,
  since: number,
  { wanted, withinMs, signal }: Wanted,
): Promise<Json> {
  const { lookEveryMs = LOOK_EVERY_MS } = hands;
  const before = performance.now();
  let events: TimelineEvent[] = [];
  while (!signal.aborted) {
    events = events.concat(await hands.events(machine, events.at(-1)?.id ?? since));
    const found = look(events, wanted);
    if (found.is === "seen") return { event: found.event.id, says: found.event.says };
    if (found.is === "stopped") throw new Error(found.event.says);
    if (performance.now() - before > withinMs) throw new Error(lateWords(events, withinMs));
    await pause(lookEveryMs, undefined, { signal }).catch(() => {}); // aborted: the loop ends
  }
  throw new Error("it was told to stop");
}

function lateWords(events: readonly TimelineEvent[], withinMs: number): string {
  const why = diagnose(events as unknown as Observed[]);
  const last = events.at(-1);
  return `not seen within ${duration(withinMs)}. ${why?.says ?? `The last that was seen: ${last?.says ?? "nothing"}`}`;
}
