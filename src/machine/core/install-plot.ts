import type { SightingId } from "../../console/core/sightings.ts";
import type { Stage } from "../../story/core/steps.ts";

/** What an install is of: kept with its story, so it holds no secret. The preseed stays with the boot plan. */
export type InstallSubject = {
  readonly machine: string;
  readonly image: string;
  readonly plan: number; // the arming that it boots from, good once
  readonly since: number; // the last event before it
};

export const INSTALL_ACTS = ["boot", "see the installer", "see the login prompt", "settle"] as const;
export type InstallAct = (typeof INSTALL_ACTS)[number];

const MINUTE = 60_000;
/** How long the console may take to show it: firmware of large servers needs ten minutes to its first packet. */
export const INSTALLER_WITHIN_MS = 20 * MINUTE;
export const LOGIN_WITHIN_MS = 3 * 60 * MINUTE;

/** A watching act ends by itself with a reason; the stage's own limit is behind that. */
export const INSTALL_STAGES: readonly Stage<InstallAct>[] = [
  { act: "boot", withinMs: 4 * MINUTE, tries: 3, restMs: 30_000 },
  { act: "see the installer", withinMs: INSTALLER_WITHIN_MS + MINUTE, tries: 1 },
  { act: "see the login prompt", withinMs: LOGIN_WITHIN_MS + MINUTE, tries: 1 },
  { act: "settle", withinMs: MINUTE, tries: 20, restMs: 30_000 },
];

type Seen = {
  readonly id: number;
  readonly kind: string;
  readonly detail: Readonly<Record<string, unknown>>;
};
export type Look<E> =
  | { readonly is: "seen"; readonly event: E }
  | { readonly is: "stopped"; readonly event: E }
  | { readonly is: "not yet" };

/** What ends an install: it does not go on by itself from there. */
const STOPS: ReadonlySet<unknown> = new Set<SightingId>(["installer-error", "kernel-panic"]);

/** Whether the console has shown what is waited for, or what ends the waiting; whichever came first. */
export function look<E extends Seen>(events: readonly E[], wanted: SightingId): Look<E> {
  for (const event of events) {
    if (event.kind !== "console.sighting") continue;
    if (event.detail.sighting === wanted) return { is: "seen", event };
    if (STOPS.has(event.detail.sighting)) return { is: "stopped", event };
  }
  return { is: "not yet" };
}

/** The power was changed for this boot already: a second time would throw away what the first one did. */
export const hasBooted = (events: readonly Seen[]): boolean =>
  events.some(({ kind, detail }) => kind === "plan.used" || (kind === "power.acted" && detail.act !== "off"));
