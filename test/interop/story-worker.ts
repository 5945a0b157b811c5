import { appendFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { openStore } from "../../src/store/open-store.ts";
import { straightOn } from "../../src/story/core/steps.ts";
import { Teller } from "../../src/story/teller.ts";

/** One service process: tells stories of acts that write down when they begin and end. */
const [directory, url, diary, leaseMs] = process.argv.slice(2) as [string, string, string, string];
const ACTS = Array.from({ length: 12 }, (_, at) => ({ act: `act-${at + 1}`, withinMs: 60_000, tries: 100 }));
const note = (what: string, story: number, act: string) =>
  appendFileSync(diary, `${JSON.stringify({ what, story, act, worker: process.pid })}\n`);

const store = await openStore({ directory, url });
const home = store.openStories(Number(leaseMs));
new Teller({
  home,
  plots: [
    {
      kind: "walk",
      next: (_, journal, now) => straightOn(ACTS, journal, now),
      carryOut: async (act, { story }) => {
        note("begins", story.id, act);
        await pause(100 + ((story.id * 37 + act.length * 61) % 200));
        note("ends", story.id, act);
        return null;
      },
    },
  ],
  now: Date.now,
  troubled: (error) => console.error(error),
  lookMs: 200,
}).start();
console.log("ready");
