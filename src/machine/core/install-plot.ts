import type { SightingId } from "../../console/core/sightings.ts";

export const MINUTE = 60_000;
/** How long the console may take to show it: firmware of large servers needs ten minutes to its first packet. */
export const INSTALLER_WITHIN_MS = 20 * MINUTE;
export const LOGIN_WITHIN_MS = 3 * 60 * MINUTE;

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
const STOPS: ReadonlySet<unknown> = new Set<SightingId>([
  ...(["installer-error", "kernel-panic", "initramfs-shell", "fsck-prompt", "emergency-mode"] as const),
]);

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
