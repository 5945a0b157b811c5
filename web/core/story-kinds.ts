import type { Story } from "../../src/api/shapes.ts";

/** What one kind of long work is called, and what comes of ending it and of asking for it again. */
type Kind = {
  readonly title: string; // as a heading begins
  readonly left: string; // what ending it leaves behind, as sentences
  readonly again: string; // what is lost by asking again, as a sentence
};
const DISARMED = "What it armed is disarmed";

export const STORY_KINDS = {
  install: {
    title: "Install",
    left: `${DISARMED}; what is on the disk stays half written.`,
    again: "What it overwrites or erases is lost.",
  },
  rescue: {
    title: "Rescue",
    left: `${DISARMED}, and its key is let in no more. Its disks are not touched.`,
    again: "What runs on it then stops at once; its disks are not touched.",
  },
  wipe: {
    title: "Wipe",
    left: `${DISARMED}; what was erased by then stays erased.`,
    again: "Everything on the disks that were named is erased; this cannot be undone.",
  },
} as const satisfies Record<string, Kind>;

/** A kind that a newer service tells of is called what the service calls it. */
export function kindOf({ kind }: Pick<Story, "kind">): Kind {
  const known: Readonly<Record<string, Kind>> = STORY_KINDS;
  if (Object.hasOwn(known, kind)) return known[kind]!;
  return { title: kind.charAt(0).toUpperCase() + kind.slice(1), left: `${DISARMED}.`, again: "" };
}

/** Whether asking again boots the machine by itself; a rescue or wipe may wait for somebody who goes there. */
export function bootsWords({ machine, subject }: Pick<Story, "machine" | "subject">): string {
  return subject.now === false
    ? `The live hand is armed anew; ${machine} gets it when it next asks the network.`
    : `${machine} is power-cycled.`;
}

/** What it is of: `install of debian-13, method imaged`, `wipe of S3Z…, method auto`. */
export function subjectOf({ kind, subject }: Pick<Story, "kind" | "subject">): string {
  const { image, disks, method } = subject;
  const whole = typeof image === "string" ? image : Array.isArray(disks) ? disks.join(" and ") : "";
  const of = whole === "" ? kind : `${kind} of ${whole}`;
  return typeof method === "string" ? `${of}, method ${method}` : of;
}
