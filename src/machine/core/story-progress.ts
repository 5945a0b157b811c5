import type { Progress } from "../../api/shapes.ts";
import type { Observed } from "../../base/event.ts";
import type { Journal, Json } from "../../story/core/story.ts";
import { type InstallSubject, methodOf } from "./install-methods.ts";

/** The installer's own steps, in their order, by words in the titles of its dialogs (Debian 12 and 13). */
const DIALOGS: readonly RegExp[] = [
  /language|location|keyboard|locale/i,
  /hardware|network|hostname/i,
  /mirror/i,
  /components/i,
  /users? and passwords?|root password|user name/i,
  /clock|time zone/i,
  /disks?|partition/i,
  /base system/i,
  /package manager|apt/i,
  /software|popularity/i,
  /GRUB|boot loader/i,
  /finish|installation complete/i,
];
const STAGES: Readonly<Record<string, readonly string[]>> = {
  rescue: ["boot", "open the door"],
  wipe: ["boot", "look at the disks", "erase"],
};

type Of = { readonly id: number; readonly kind: string; readonly subject: Json };

/** How far a story is that goes on: its step by the journal, the percent of it by what was observed since. */
export function progressOf(
  { id, kind, subject }: Of,
  journal: Journal,
  events: readonly Pick<Observed, "kind" | "detail">[],
): Progress | undefined {
  const acts =
    kind === "install"
      ? methodOf(subject as unknown as InstallSubject).stages.map(({ act }) => act)
      : STAGES[kind];
  if (acts === undefined) return undefined;
  const isDone = (act: string) => journal.some((one) => one.act === act && one.outcome.is === "fine");
  const present = acts.findLastIndex(isDone) + 1;
  const act = acts[present];
  if (act === undefined) return undefined;
  const step = { step: present + 1, of: acts.length };
  const errand = `${kind}-${id}-${ERRANDS[act]}`;
  const told = events.findLast(
    ({ kind: what, detail }) => what === "hand.progress" && detail?.errand === errand,
  )?.detail;
  if (told !== undefined) return { ...step, percent: Number(told.percent), says: `${act}: ${told.words}` };
  const dialogs = act === "see the login prompt" ? events.flatMap(dialogOf) : [];
  const last = dialogs.at(-1);
  if (last === undefined) return { ...step, percent: null, says: act };
  // a dialog that is shown again later, such as one about a disk, takes nothing back
  const place = Math.max(...dialogs.map((title) => DIALOGS.findIndex((words) => words.test(title))));
  const percent = place < 0 ? null : Math.round((place / DIALOGS.length) * 100);
  return { ...step, percent, says: `the installer shows "${last}"` };
}

/** Acts that are an errand of a live hand, and what its id ends with. */
const ERRANDS: Readonly<Record<string, string>> = {
  "lay out the disks": "lay-out",
  unpack: "unpack",
  "make it the machine's own": "own",
  erase: "erase",
};

const dialogOf = ({ kind, detail }: Pick<Observed, "kind" | "detail">): string[] =>
  kind === "console.sighting" && detail?.sighting === "installer-dialog" ? [`${detail.subject}`] : [];
