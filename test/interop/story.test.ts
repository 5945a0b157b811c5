import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { openTestStore } from "../support/store.ts";

const WORKER = join(import.meta.dirname, "story-worker.ts");
const TSX = ["--import", "tsx"];
const LEASE_MS = 3000;
const ROUNDS = 20;
const STORIES = 16;
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

type Noted = { what: "begins" | "ends"; story: number; act: string; worker: number };
type Hit = { what: "hit"; worker: number };

/** Mulberry32: the same seed hits the same moments. */
function diceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

test(`of ${STORIES + 8} stories told by two processes on one PostgreSQL none is lost in ${ROUNDS} kills and pauses (SEED=${SEED})`, {
  timeout: 240_000,
}, async () => {
  const dice = diceOf(SEED);
  const directory = mkdtempSync(join(tmpdir(), "rackhand-stories-"));
  const diary = join(directory, "diary");
  writeFileSync(diary, "");
  const store = await openTestStore();
  const workers = new Map<number, ChildProcess>();
  const begin = async (place: number) => {
    const argv = [...TSX, WORKER, directory, store.url, diary, `${LEASE_MS}`];
    const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
    workers.set(place, child);
    await once(child.stdout!, "data");
  };
  const ask = (lane: number) => store.askStory({ kind: "walk", lane: `m${lane}`, subject: null, by: "ann" });
  try {
    await begin(0);
    await begin(1);
    const ids: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const lane of laneOf(round)) ids.push(await ask(lane));
      await pause(300 + dice() * 700);
      const child = workers.get(round % 2)!;
      noteHit(diary, child);
      if (dice() < 0.5) {
        child.kill("SIGKILL");
        await begin(round % 2);
      } else {
        child.kill("SIGSTOP");
        await pause(LEASE_MS * (0.5 + dice()));
        child.kill("SIGCONT");
      }
    }
    const [last, other] = [workers.get(0)!, workers.get(1)!];
    noteHit(diary, other);
    other.kill("SIGSTOP"); // it would take them all
    const more = await Promise.all(Array.from({ length: 8 }, (_, at) => ask(ROUNDS + at)));
    ids.push(...more);
    const tells = (note: Noted | Hit) =>
      note.what === "begins" && note.worker === last.pid && more.includes(note.story);
    await expect.poll(() => notesIn(diary).some(tells), { timeout: 20_000 }).toBe(true);
    noteHit(diary, last);
    last.kill("SIGSTOP"); // for good: the other one tells what it held
    other.kill("SIGCONT");
    const open = async () =>
      (await store.stories({ limit: 100 })).filter(({ state }) => state === "open").length;
    await expect.poll(open, { timeout: 120_000, interval: 500 }).toBe(0);

    const stories = await store.stories({ limit: 100 });
    expect(stories.map(({ id }) => id).sort((a, b) => a - b)).toEqual(ids.sort((a, b) => a - b));
    for (const { state, entries } of stories) {
      expect([state, entries.map(({ seq }) => seq)]).toEqual(["done", entries.map((_, at) => at + 1)]);
      expect(new Set(entries.map(({ act }) => act)).size).toBe(12);
    }
    const notes = notesIn(diary);
    expect(mixed(notes, new Map(stories.map(({ id, lane }) => [id, lane])))).toEqual([]);
    expect(takenBack(notes)).toEqual([]);
  } finally {
    for (const child of workers.values()) {
      child.kill("SIGCONT");
      child.kill("SIGKILL");
    }
    await store.close();
    rmSync(directory, { recursive: true });
  }
});

function noteHit(diary: string, { pid }: ChildProcess): void {
  const hit: Hit = { what: "hit", worker: pid! };
  appendFileSync(diary, `${JSON.stringify(hit)}\n`);
}

/** They come two to a lane, in every other round. */
const laneOf = (round: number): number[] => (round % 2 === 1 && round < STORIES ? [round, round] : []);

const notesIn = (diary: string): (Noted | Hit)[] =>
  readFileSync(diary, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Noted | Hit);

/** Acts that began for a story while another story of their lane was begun and not at its end. */
function mixed(notes: readonly (Noted | Hit)[], lanes: ReadonlyMap<number, string>): string[] {
  const order = new Map<string, number[]>();
  for (const note of notes) {
    if (note.what !== "begins") continue;
    const { story } = note;
    const seen = order.get(lanes.get(story)!) ?? [];
    if (seen.at(-1) !== story) order.set(lanes.get(story)!, [...seen, story]);
  }
  return [...order].filter(([, seen]) => new Set(seen).size !== seen.length).map(([lane]) => lane);
}

/**
 * Acts begun by a process that had told the story before another took it over, which nothing had befallen
 * meanwhile: two told one story, or one went on that had lost its lease. (To lose it is no sin: a process
 * that gets no processor for as long as the lease is as good as paused.)
 */
function takenBack(notes: readonly (Noted | Hit)[]): Noted[] {
  const tellers = new Map<number, { worker: number; hit: boolean; earlier: ReadonlySet<number> }>();
  const taken: Noted[] = [];
  for (const note of notes) {
    if (note.what === "hit") {
      for (const teller of tellers.values()) if (teller.worker === note.worker) teller.hit = true;
    } else if (note.what === "begins") {
      const { story, worker } = note;
      const before = tellers.get(story);
      if (before === undefined) tellers.set(story, { worker, hit: false, earlier: new Set() });
      else if (before.worker !== worker) {
        if (before.earlier.has(worker) && !before.hit) taken.push(note);
        tellers.set(story, { worker, hit: false, earlier: new Set([...before.earlier, before.worker]) });
      }
    }
  }
  return taken;
}
