import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { straightOn } from "./core/steps.ts";
import type { Json } from "./core/story.ts";
import { type FileHome, openFileHome } from "./file-home.ts";
import { type Plot, type Scene, Teller } from "./teller.ts";

const home = mkdtempSync(join(tmpdir(), "rackhand-story-"));
afterAll(() => rmSync(home, { recursive: true }));

let files = 0;
const FIRST = { id: 1, kind: "walk", lane: "m1", subject: null, by: "ann" };
const unlocked = async () => ({ release: async () => {} });
const fresh = () => join(home, `${++files}.journal`);
const openAt = (path: string) => openFileHome({ path, first: FIRST, holdLock: unlocked });

/** A plot of three acts, and what carries them out. */
function walk(carryOut: (act: string, scene: Scene) => Promise<Json>, withinMs = 60_000): Plot {
  const stages = ["a", "b", "c"].map((act) => ({ act, withinMs, tries: 2 }));
  return { kind: "walk", next: (_, journal, now) => straightOn(stages, journal, now), carryOut };
}

const untilAborted = ({ signal }: Scene) =>
  new Promise<Json>((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));

async function tell(file: FileHome, plot: Plot, until: () => boolean = () => file.read().end !== undefined) {
  const troubles: unknown[] = [];
  const teller = new Teller({
    ...{ home: file, plots: [plot], now: Date.now, lookMs: 5 },
    troubled: (error) => troubles.push(error),
  }).start();
  await expect.poll(until, { timeout: 10_000, interval: 5 }).toBe(true);
  await teller.stop();
  return troubles;
}

test("acts follow one another, each journalled before the next; after an end in the middle only that act is done again", async () => {
  const path = fresh();
  const acts: string[] = [];
  const first = await openAt(path);
  const stuck = walk((act, scene) => {
    acts.push(act);
    return act === "b" ? untilAborted(scene) : Promise.resolve(null);
  });
  await tell(first, stuck, () => acts.includes("b"));
  await first.close();

  const again = await openAt(path);
  await tell(
    again,
    walk(async (act) => acts.push(act)),
  );

  expect(again.read().journal.map(({ act }) => act)).toEqual(["a", "b", "c"]);
  expect(acts).toEqual(["a", "b", "b", "c"]);
  await again.close();
});

test("a failed act is an entry with its reason, and is tried again as its plot says", async () => {
  const file = await openAt(fresh());
  let tries = 0;
  await tell(
    file,
    walk(async (act) => {
      if (act === "b" && ++tries === 1) throw new Error("no link");
      return act;
    }),
  );

  expect(file.read().journal.map(({ act, outcome }) => [act, outcome.is])).toEqual([
    ["a", "fine"],
    ["b", "failed"],
    ["b", "fine"],
    ["c", "fine"],
  ]);
  expect(file.read().journal[1]!.outcome).toMatchObject({ why: "no link" });
  await file.close();
});

test("an act that takes too long is told to stop, and its entry says so", async () => {
  const file = await openAt(fresh());
  await tell(
    file,
    walk((_, scene) => untilAborted(scene), 20),
  );

  expect(file.read().journal.map(({ outcome }) => outcome.is)).toEqual(["late", "late"]);
  expect(file.read().end).toMatchObject({ how: "failed", says: "a: not done within 0.02 s" });
  await file.close();
});

test("a cancelled story aborts its act, does no other, and stays cancelled when opened again", async () => {
  const path = fresh();
  const file = await openAt(path);
  const acts: string[] = [];
  const waits = (act: string, scene: Scene) => {
    acts.push(act);
    void file.cancel("ben", 7);
    return untilAborted(scene);
  };
  await tell(file, walk(waits));

  expect([acts, file.read().journal, file.read().end?.how]).toEqual([["a"], [], "cancelled"]);
  await file.close();
  const again = await openAt(path);
  expect(await again.claim(["walk"])).toBeUndefined();
  await again.close();
});

test("half a line at the end is cut off, and a flawed line is a fault that names it", async () => {
  const path = fresh();
  await (await openAt(path)).close();
  const whole = readFileSync(path, "utf8");
  appendFileSync(path, '{"entry":{"se');

  const opened = await openAt(path);
  await opened.close();

  expect(readFileSync(path, "utf8")).toBe(whole);
  writeFileSync(path, `${whole}nonsense\n`);
  await expect(openAt(path)).rejects.toMatchObject({ id: "story.broken" });
});

test("what was read before a pause begins no act: it is read again", async () => {
  const file = await openAt(fresh());
  let reads = 0;
  const paused: FileHome = {
    ...file,
    claim: async (kinds) => {
      const claim = await file.claim(kinds);
      const read = async () => {
        reads += 1;
        if (reads === 1) await new Promise((resolve) => setTimeout(resolve, 300)); // as long as nobody is sure
        return claim!.read();
      };
      return claim && { ...claim, holdsForMs: 200, read };
    },
  };
  const readsBefore: number[] = [];
  await tell(
    paused,
    walk(async () => readsBefore.push(reads)),
    () => file.read().end !== undefined,
  );

  expect(readsBefore[0]).toBe(2);
  await file.close();
});
