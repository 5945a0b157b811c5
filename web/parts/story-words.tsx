import { progressWords } from "../../src/api/progress.ts";
import type { Story } from "../../src/api/shapes.ts";
import { printable } from "../../src/base/text.ts";

/** How a story stands, in a word and a shape; list and page say the same. */
export const STORY_STATES = {
  open: { look: "busy", word: "under way" },
  done: { look: "good", word: "done" },
  failed: { look: "bad", word: "failed" },
  cancelled: { look: "off", word: "cancelled" },
} as const;

/** What goes on now, or how it stands. */
export const standsWords = ({ progress, says }: Story, most: number): string =>
  printable(progress === undefined ? says : progressWords(progress), most);

/** `debian-13 by the installer`: what it is of. */
export function subjectWords({ kind, subject }: Story): string {
  const [image, method] = [subject.image, subject.method].map((one) => (typeof one === "string" ? one : ""));
  const of = image === "" ? kind : `${kind} of ${image}`;
  return printable(method === "" ? of : `${of}, method ${method}`, 120);
}
