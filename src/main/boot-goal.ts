import type { TimelineEvent } from "../api/shapes.ts";
import { STALL } from "../console/core/sightings.ts";

export const GOAL = {
  sighting: "installer-dialog",
  subject: /select a language/i,
  says: 'the dialog "Select a language"',
};
const HOPELESS = new Set(["kernel-panic", "installer-error", "ipxe-error", "no-boot-device"]);

/** How a boot stands that is to come to the installer. */
export type Standing =
  | { readonly is: "under way"; readonly silence?: string } // said when the time is up: a slow machine speaks again
  | { readonly is: "there" }
  | { readonly is: "hopeless"; readonly why: string };

export const SET_OUT: Standing = { is: "under way" };

type Seen = Pick<TimelineEvent, "kind" | "says" | "detail">;

export function standingAfter(before: Standing, { kind, says, detail }: Seen): Standing {
  if (kind !== "console.sighting") return before;
  const sighting = String(detail.sighting);
  if (HOPELESS.has(sighting)) return { is: "hopeless", why: says };
  if (sighting === GOAL.sighting && GOAL.subject.test(String(detail.subject))) return { is: "there" };
  return sighting === STALL ? { is: "under way", silence: says } : { is: "under way" };
}
