import { expect, test } from "vitest";
import { diceFrom } from "../../test/support/dice.ts";
import type { Plan, TimelineEvent } from "../api/shapes.ts";
import type { Observed } from "../base/event.ts";
import { RECIPES } from "../hand/core/imaging/recipe.ts";
import type { Entry, Json } from "../story/core/story.ts";
import { type InstallHands, installPlot } from "./install.ts";

const KEY = `ssh-ed25519 ${"A".repeat(68)}`;
const BOOT = "0b3a6f3e-1d0c-4b0a-9f61-0f6f3c1f2a11";
const LSBLK = JSON.stringify({ blockdevices: [{ name: "sda", type: "disk", size: 480e9, serial: "S3Z" }] });
const INVENTORY = `\n@section boot\n${BOOT}\n@section firmware\nuefi\n@section disks\n${LSBLK}\n`;
const IMAGED = {
  ...{ recipe: RECIPES.plain, disks: ["S3Z"], keys: [KEY], user: null, serial: "ttyS0,115200n8" },
  root: { name: "root-debian-13/root.tar.zst", bytes: 1000, sha256: "0".repeat(64) },
};

/** A machine and its agent, which go on while the service is dead: what was done stays done. */
function world(method: "installer" | "imaged") {
  const events: TimelineEvent[] = [];
  const did: string[] = [];
  const answers = new Map<string, { code: number; output: string }>();
  let plan: Plan = { id: 1, kind: "live", image: "live", state: "armed", by: "ann", at: 0 };
  const note = (event: Observed) =>
    void events.push({
      machine: "m1",
      mac: null,
      detail: {},
      ...event,
      id: events.length + 1,
    } as TimelineEvent);
  const shows = (sighting: string) =>
    note({ kind: "console.sighting", at: 0, machine: "m1", says: sighting, detail: { sighting } });
  const hands: InstallHands = {
    ...{ note, now: () => 0, lookEveryMs: 0, screen: async () => [`sshkey: ${KEY.slice(12)}`] },
    events: async (_, after) => events.filter(({ id }) => id > after),
    lastEvent: async () => events.at(-1),
    planOf: async () => plan,
    armLocal: async () => {
      plan = { ...plan, id: 2, kind: "local" };
    },
    bootOnce: async () => {
      did.push("boot");
      note({ kind: "power.acted", at: 0, machine: "m1", says: "on", detail: { act: "on" } });
      plan = { ...plan, state: "used" };
      if (method === "installer") for (const what of ["kernel-started", "login-prompt"]) shows(what);
    },
    errand: async (_, { id }) => {
      const word = id.split("-").slice(2).join("-");
      const known = answers.get(id);
      if (known !== undefined) return known; // a hand answers the same again, and does nothing twice
      did.push(word);
      const output = word === "look" ? INVENTORY : word === "own" ? `@hostkey ${KEY}\n` : "";
      answers.set(id, { code: 0, output });
      if (word === "restart") setTimeout(() => shows("login-prompt"), 1);
      return { code: 0, output };
    },
  };
  return { hands, events, did, plan: () => plan };
}

/** Tells the story to its end with a service that dies before an act, in it, or before its outcome is kept. */
async function toldThroughKills(method: "installer" | "imaged", seed: number) {
  const dice = diceFrom(seed);
  const around = world(method);
  const subject = { method, machine: "m1", image: "debian-13", plan: 1, since: 0, imaged: IMAGED };
  const story = { id: 7, kind: "install", lane: "m1", by: "ann", subject: subject as unknown as Json };
  const journal: Entry[] = [];
  let kills = 0;
  for (let turn = 0; turn < 500; turn += 1) {
    const plot = installPlot(around.hands); // nothing of the process before is there any more
    const step = plot.next(story.subject, journal, 0);
    const isKilled = dice(10) < 4;
    if (isKilled) kills += 1;
    if (step.do === "end") {
      await plot.ended?.(story, step.how, step.says);
      if (isKilled) continue; // the end is told anew: at least once
      return { ...around, how: step.how, says: step.says, kills };
    }
    if (step.do !== "act" || (isKilled && dice(10) < 3)) continue;
    const signal = new AbortController().signal;
    const value = await plot.carryOut(step.act, { story, journal, signal });
    if (isKilled) continue;
    journal.push({ seq: journal.length + 1, at: 0, act: step.act, outcome: { is: "fine", value } });
  }
  throw new Error(`seed ${seed}: no end`);
}

test.each([
  ["imaged", ["boot", "look", "lay-out", "unpack", "own", "restart"]],
  ["installer", ["boot"]],
] as const)(
  "an %s install does each thing once and ends well, twenty times through kills played in one process",
  async (method, once) => {
    let kills = 0;
    for (let seed = 1; seed <= 20; seed += 1) {
      const end = await toldThroughKills(method, seed);
      kills += end.kills;

      expect([seed, end.how, end.says, end.did]).toEqual([seed, "done", "all is done", once]);
      expect([seed, end.plan().kind]).toEqual([seed, "local"]);
      const mark = end.events.findLast(({ kind }) => kind === "machine.installed");
      expect([seed, mark?.detail.hostKey]).toEqual([seed, KEY]);
    }
    expect(kills).toBeGreaterThan(40);
  },
);
