import { progressWords } from "../../src/api/progress.ts";
import type { Story } from "../../src/api/shapes.ts";
import { printable } from "../../src/base/text.ts";
import { subjectOf } from "../core/story-kinds.ts";

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

/** What it is of, shortened to a line. */
export const subjectWords = (story: Story): string => printable(subjectOf(story), 120);
