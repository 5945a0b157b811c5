import { setTimeout as pause } from "node:timers/promises";
import { progressWords } from "../api/progress.ts";
import type { Story } from "../api/shapes.ts";
import type { Came } from "./several.ts";
import type { World } from "./world.ts";

/** 0 done, 1 failed or cancelled, 2 under way. */
export const exitOf = ({ state }: Story): 0 | 1 | 2 => (state === "done" ? 0 : state === "open" ? 2 : 1);

export const line = ({ id: number, kind, machine, state, says: how, progress }: Story): string => {
  const word = state === "open" ? "under way" : state;
  return `${String(number).padStart(4)}  ${machine}  ${kind}  ${word}  ${progress ? progressWords(progress) : how}`;
};

export const entryLine = ({ at, act, says: how }: Story["entries"][number]): string =>
  `      ${new Date(at).toISOString().slice(0, 19).replace("T", " ")}  ${act}: ${how}`;

const LOOK_EVERY_MS = 2000;

/** Each step as it is done. */
export async function watched(world: World, begun: Story, asJson: boolean): Promise<Came> {
  const { api, out, stopped } = world;
  const tell = (entry: Story["entries"][number]) => out(asJson ? JSON.stringify(entry) : entryLine(entry));
  let told = 0;
  let before: string | undefined;
  for (;;) {
    const story = await api.ask("showStory", { id: begun.id });
    for (const entry of story.entries.slice(told)) tell(entry);
    told = story.entries.length;
    const now = story.progress && progressWords(story.progress);
    if (now !== undefined && now !== before && !asJson) out(`      ${now}`);
    before = now;
    if (story.state !== "open") {
      return { answer: story, says: line(story), code: exitOf(story) };
    }
    if (stopped.aborted) return { answer: story, says: line(story), code: 2 };
    await pause(LOOK_EVERY_MS, undefined, { signal: stopped }).catch(() => {}); // told to stop: looked at above
  }
}
