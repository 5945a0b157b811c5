import { expect, test } from "vitest";
import { choiceFor } from "../../src/agent/core/choice.ts";
import { readMac } from "../../src/base/mac.ts";
import { must } from "../../src/base/read.ts";
import type { SightingId } from "../../src/console/core/sightings.ts";
import { commandLine } from "../support/command-line.ts";
import { type Agent, handTests, patient, type Service } from "../support/hand-tests.ts";
import { MAC } from "../support/one-service.ts";
import type { Does, PretendHand } from "../support/pretend-hand.ts";

const KEY = `ssh-ed25519 ${"A".repeat(68)}`;
const BOOT = "0b3a6f3e-1d0c-4b0a-9f61-0f6f3c1f2a11";
const SERIAL = "S3Z8NX0K";
const WISH = { name: "m1", method: "imaged", disks: [SERIAL], keys: [KEY] } as const;
const asked = (change: object = {}) => ({ ...WISH, disks: [...WISH.disks], keys: [...WISH.keys], ...change });

const rackhand = commandLine(() => service.url);
const inventory = (bytes: number) => {
  const disks = [{ name: "sda", type: "disk", size: bytes, serial: SERIAL, rota: false }];
  return `\n@section boot\n${BOOT}\n@section firmware\nuefi\n@section disks\n${JSON.stringify({ blockdevices: disks })}\n`;
};
/** What each errand of an install does here, by the end of its id. */
const does =
  (bytes = 480e9, odd: Record<string, Awaited<ReturnType<Does>>> = {}): Does =>
  async (script, _, id) => {
    const word = id.replace(/^install-\d+-/, "");
    if (odd[word] !== undefined) return odd[word];
    if (script.includes("@section")) return { code: 0, output: inventory(bytes) };
    return { code: 0, output: word === "own" ? `@hostkey ${KEY}\n` : "" };
  };

let service: Service;
const { story, attended, boots } = handTests(does(), (fresh) => {
  service = fresh;
});
const acts = async (id: number) => (await story(id)).entries.map(({ act }) => act);
const events = async () => (await service.api.ask("timeline", { name: "m1", limit: 1000 })).events;
const errandsOf = (hand: PretendHand) => hand.runs.filter((run) => run !== "inventory");
const shows = (agent: Agent, sighting: SightingId) =>
  agent.observe({
    ...{ kind: "console.sighting", at: Date.now(), machine: "m1", says: `m1 shows ${sighting}` },
    detail: { sighting, subject: "m1" },
  });

test("an imaged install is asked of the live hand act by act, and done when the new system's login prompt is seen", async () => {
  const { agent, told } = await attended();
  shows(agent, "login-prompt"); // of the system that was there before

  const { id } = await service.api.ask("install", asked());
  const hand = await boots(agent);
  await expect.poll(() => acts(id), patient).toContain("restart");
  shows(agent, "login-prompt");

  await expect.poll(async () => (await story(id)).state, patient).toBe("done");
  const words = ["look", "lay-out", "unpack", "own", "restart"];
  expect(errandsOf(hand)).toEqual(words.map((word) => `install-${id}-${word}`));
  expect(told.filter((act) => act.startsWith("power"))).toEqual(["power on"]);
  const says = (await events()).find(({ kind }) => kind === "install.planned")?.says;
  expect(says).toBe(`debian-13 goes onto sda, 480.0 GB, serial ${SERIAL}: this erases it`);
  const key = (await events()).find(({ kind }) => kind === "install.key")?.detail;
  expect(key).toEqual({ hostKey: KEY });
  expect((await service.api.ask("showMachine", { name: "m1" })).plan).toMatchObject({ kind: "local" });
  const mark = async () => (await service.api.ask("showMachine", { name: "m1" })).installed;
  const marked = { image: "debian-13", story: id, hostKey: KEY, disks: [SERIAL] };
  await expect.poll(mark, patient).toMatchObject(marked);
  expect((await rackhand("machine", "known-hosts")).out).toBe(`m1 ${KEY}\n`);
  for (const netboot of [1, 2, 3]) {
    agent.took(must(readMac(MAC))); // it has loaded whatever it was given
    const known = agent.machineCalled("m1");
    expect([netboot, choiceFor(known, { now: Date.now(), unknown: "menu" })]).toEqual([
      netboot,
      { local: true },
    ]);
  }
});

test("what failed is asked again as it was asked, by a new story; what is under way or done is not", async () => {
  const { agent } = await attended();
  const { id } = await service.api.ask("install", asked({ recipe: "lvm" }));
  const early = await rackhand("story", "retry", `${id}`);
  await boots(agent, does(480e9, { unpack: { code: 4, output: "torn\n" } }));
  await expect.poll(async () => (await story(id)).state, patient).toBe("failed");

  const again = await rackhand("story", "retry", `${id}`, "--json");

  expect([early.code, early.err]).toEqual([2, expect.stringContaining("still under way")]);
  const { id: next, subject } = JSON.parse(again.out);
  expect([next > id, subject.imaged.disks, subject.imaged.recipe.group]).toEqual([true, [SERIAL], "system"]);
  const kinds = async () => (await events()).map(({ kind }) => kind);
  await expect.poll(kinds, patient).toContain("story.retried");
});

test("a service that is stopped and started in the middle of unpacking asks the same errand again, and no disk is written twice", async () => {
  const { agent } = await attended();
  const { id } = await service.api.ask("install", asked());
  let finish: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const hand = await boots(agent, async (script, say, errand) => {
    if (errand.endsWith("-unpack")) {
      await say("@progress 40 unpacking\n");
      await held;
    }
    return does()(script, say, errand);
  });
  await expect.poll(() => hand.runs, patient).toContain(`install-${id}-unpack`);
  const far = async () => (await story(id)).progress;
  await expect.poll(far, patient).toEqual({ step: 4, of: 8, percent: 40, says: "unpack: unpacking" });

  await service.restart();
  service.attach(agent);
  finish();

  await expect.poll(() => acts(id), patient).toContain("restart");
  expect(new Set(hand.runs).size).toBe(hand.runs.length);
});

test.each([
  ["a disk that is too small", does(2e9), /sda.*is too small.*nothing was touched/, ["look"]],
  [
    ...[
      "a disk that is in use",
      does(480e9, { "lay-out": { code: 3, output: "refused: /dev/sda is in use: /mnt\n" } }),
    ],
    ...[/lay out the disks: refused: \/dev\/sda is in use: \/mnt; nothing was touched/, ["look", "lay-out"]],
  ],
  [
    ...[
      "an image that came torn",
      does(480e9, { unpack: { code: 4, output: "the image did not come whole\n" } }),
    ],
    ...[/unpack: the image did not come whole/, ["look", "lay-out", "unpack"]],
  ],
] as const)("%s ends it with its reason, and nothing after it is done", async (_, how, why, words) => {
  const { agent } = await attended();

  const { id } = await service.api.ask("install", asked());
  const hand = await boots(agent, how as Does);

  await expect.poll(async () => (await story(id)).state, patient).toBe("failed");
  expect((await story(id)).says).toMatch(why as RegExp);
  expect(errandsOf(hand)).toEqual((words as readonly string[]).map((word) => `install-${id}-${word}`));
});

test.each([
  ["no disk is named", { disks: [] }, "use.wrong"],
  ["nobody could come in", { keys: [] }, "use.wrong"],
  ["a recipe that nobody declared", { recipe: "zfs" }, "use.wrong"],
  ["a user whose name is a path", { user: "../root" }, "use.wrong"],
  ["a key that is none", { keys: ["ssh-ed25519 $(reboot)"] }, "use.wrong"],
  ["a preseed", { preseed: "d-i x" }, "use.wrong"],
])("%s: that is refused before anything is armed", async (_, change, fault) => {
  await attended();

  await expect(service.api.ask("install", asked(change))).rejects.toMatchObject({ id: fault });
  expect((await service.api.ask("showMachine", { name: "m1" })).plan).toBeNull();
});

test("disks that a hand has seen already are looked at when the install is asked for", async () => {
  const { agent } = await attended();
  await service.api.ask("armPlan", { name: "m1", plan: "live", now: false });
  const hand = await boots(agent);
  await expect.poll(() => hand.runs, patient).toContain("inventory");
  const known = async () => (await service.api.ask("machineInventory", { name: "m1" })).inventory;
  await expect.poll(known, patient).not.toBeNull();

  const wish = asked({ disks: ["S3Z8NX0M"] });
  await expect(service.api.ask("install", wish)).rejects.toMatchObject({ id: "install.disks" });
});
