import { expect, test } from "vitest";
import { handTests, patient, type Service } from "../support/hand-tests.ts";
import type { Does } from "../support/pretend-hand.ts";

const BOOT = "0b3a6f3e-1d0c-4b0a-9f61-0f6f3c1f2a11";
const SERIAL = "S3Z8NX0K";

const DISKS = JSON.stringify({
  blockdevices: [{ name: "sda", type: "disk", size: 480e9, serial: SERIAL, rota: false }],
});
const does =
  (erased = { code: 0, output: "@wiped sda secure-erase 256 0 256 0 sample\n" }): Does =>
  async (script) =>
    script.includes("section disks")
      ? { code: 0, output: `\n@section boot\n${BOOT}\n@section disks\n${DISKS}\n` }
      : erased;

let service: Service;
const { story, attended, boots } = handTests(does(), (fresh) => {
  service = fresh;
});
const planOf = async () => (await service.api.ask("showMachine", { name: "m1" })).plan;
const wipes = async () =>
  (await service.api.ask("timeline", { name: "m1", limit: 1000 })).events.filter(({ kind }) =>
    kind.startsWith("wipe."),
  );
const asked = { name: "m1", disks: [SERIAL], now: true };

test("a wipe boots the live hand once, erases the disk that was named, and says by what and what reading back showed", async () => {
  const { agent, told } = await attended();

  const { id } = await service.api.ask("wipe", asked);
  const hand = await boots(agent);

  await expect.poll(async () => (await story(id)).state, patient).toBe("done");
  expect((await story(id)).says).toBe(
    `m1: sda, 480.0 GB, serial ${SERIAL}, is erased by secure-erase; 256 places that were marked before read back as zeros`,
  );
  expect(told.filter((act) => act.startsWith("power"))).toEqual(["power on"]);
  expect(hand.runs.filter((run) => run !== "inventory")).toEqual([`wipe-${id}-look`, `wipe-${id}-erase`]);
  const kinds = async () => (await wipes()).map(({ kind }) => kind);
  await expect.poll(kinds, patient).toEqual(["wipe.asked", "wipe.begun", "wipe.done"]);
});

test.each([
  [
    "another disk is meant",
    { ...asked, disks: ["S3Z8NX0M"] },
    does(),
    /no disk has the serial number S3Z8NX0M: there are sda.*nothing was touched/,
  ],
  [
    "the disk is in use",
    asked,
    does({ code: 3, output: "refused: /dev/sda is in use: /mnt\n" }),
    /erase: refused: \/dev\/sda is in use: \/mnt; nothing was touched/,
  ],
  [
    "the drive lied",
    asked,
    does({ code: 4, output: "sda: 3 of 256 places read as before\nNOT erased: sda\n" }),
    /NOT erased: sda/,
  ],
  ["the hand does not say so", asked, does({ code: 0, output: "" }), /not say of each disk/],
] as const)(
  "%s: that ends it with its reason, and the machine boots its own disk",
  async (_, ask, how, why) => {
    const { agent } = await attended();

    const { id } = await service.api.ask("wipe", { ...ask, disks: [...ask.disks] });
    await boots(agent, how);

    await expect.poll(async () => (await story(id)).state, patient).toBe("failed");
    expect((await story(id)).says).toMatch(why);
    expect(await planOf()).toMatchObject({ kind: "local" });
  },
);

test("another arming takes the hand away: the disk of a wipe that came before it is not touched", async () => {
  const { agent } = await attended();
  const { id } = await service.api.ask("wipe", { ...asked, now: false });

  await service.api.ask("armPlan", { name: "m1", plan: "live" });
  const hand = await boots(agent);

  await expect.poll(async () => (await story(id)).state, patient).toBe("failed");
  expect(hand.runs.filter((run) => run.startsWith("wipe"))).toEqual([]);
  expect(await planOf()).toMatchObject({ kind: "live", state: "armed" });
});

test("a disk that no hand saw in the machine is refused before anything is armed", async () => {
  const { agent } = await attended();
  await service.api.ask("armPlan", { name: "m1", plan: "live" });
  await boots(agent);
  const known = async () => (await service.api.ask("machineInventory", { name: "m1" })).inventory;
  await expect.poll(known, patient).not.toBeNull();
  const before = await planOf();

  const wrong = service.api.ask("wipe", { ...asked, disks: ["sda"] });

  await expect(wrong).rejects.toMatchObject({ id: "wipe.disks", says: expect.stringContaining(SERIAL) });
  expect(await planOf()).toEqual(before);
});
