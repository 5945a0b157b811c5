import { expect, test } from "vitest";
import { handTests, patient, type Service } from "../support/hand-tests.ts";
import type { Does } from "../support/pretend-hand.ts";

const KEY = `ssh-ed25519 ${"A".repeat(68)}`;
const PRINT = `SHA256:${"x".repeat(43)}`;
const BOOT = "0b3a6f3e-1d0c-4b0a-9f61-0f6f3c1f2a11";

const does: Does = async (script) =>
  script.includes("authorized_keys")
    ? { code: 0, output: `@hostkey ${PRINT}\n` }
    : { code: 0, output: `@section boot\n${BOOT}\n@section memory\nMemTotal: 1000000 kB\n` };

let service: Service;
const { story, attended, boots } = handTests(does, (fresh) => {
  service = fresh;
});
const found = async () => (await service.api.ask("machineInventory", { name: "m1" })).inventory;
const events = async () => (await service.api.ask("timeline", { name: "m1", limit: 1000 })).events;

test("a rescue boots the live hand once, opens its door for the key, and says where and by which host key", async () => {
  const { agent, told } = await attended();

  const { id } = await service.api.ask("rescue", { name: "m1", key: `${KEY} ann`, now: true });
  const hand = await boots(agent);

  await expect.poll(async () => (await story(id)).state, patient).toBe("done");
  const says = `m1 lets its key in until the next arming: ssh root@10.77.0.100 (its host key is ED25519 ${PRINT})`;
  expect((await story(id)).says).toBe(says);
  expect(told.filter((act) => act.startsWith("power"))).toEqual(["power on"]);
  await expect.poll(() => hand.runs.toSorted(), patient).toEqual([`door-${id}`, "inventory"]);
});

test("a service that ends in the middle of a rescue asks the same errand again, and gets its one answer", async () => {
  const { agent } = await attended();
  const { id } = await service.api.ask("rescue", { name: "m1", key: KEY, now: true });
  let finish: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const hand = await boots(agent, async (...errand) => {
    await held;
    return does(...errand);
  });
  await expect.poll(() => hand.runs.length, patient).toBeGreaterThan(0);

  await service.restart();
  service.attach(agent);
  finish();

  await expect.poll(async () => (await story(id)).state, patient).toBe("done");
  expect(hand.runs.filter((run) => run === `door-${id}`)).toHaveLength(1);
});

test("what a hand finds is kept once a boot, outlives the service, and is on the timeline", async () => {
  const { agent } = await attended();
  expect(await found()).toBeNull();
  await service.api.ask("armPlan", { name: "m1", plan: "live" });
  const hand = await boots(agent);
  await expect.poll(found, patient).toMatchObject({ boot: BOOT, memory: { bytes: 1_024_000_000 } });

  await service.restart();
  service.attach(agent); // it tells again that the hand stands

  expect(await found()).toMatchObject({ boot: BOOT, firmware: "bios", disks: [] });
  await expect
    .poll(async () => (await service.api.ask("showMachine", { name: "m1" })).attended, patient)
    .toBe(true);
  const read = (await events()).filter(({ kind }) => kind === "hand.inventory");
  expect(read.map(({ says }) => says)).toEqual(["m1 has 1 thread, 1.0 GB, 0 disks, 0 cards"]);
  expect(hand.runs).toEqual(["inventory"]);
});

test.each([
  ["whose door does not open", "rescue.failed", "failed"],
  ["that a person ends", "rescue.ended", "cancelled"],
] as const)("a rescue %s is %s on the timeline, and arms nothing any more", async (_, kind, state) => {
  const { agent } = await attended();
  const { id } = await service.api.ask("rescue", { name: "m1", key: KEY, now: true });
  if (state === "cancelled") await service.api.ask("cancelStory", { id });
  else await boots(agent, async () => ({ code: 1, output: "no sshd" }));

  await expect.poll(async () => (await story(id)).state, patient).toBe(state);
  const ends = async () =>
    (await events()).map((event) => event.kind).filter((one) => /^rescue\.(failed|ended)$/.test(one));
  await expect.poll(ends, patient).toEqual([kind]);
  expect((await service.api.ask("showMachine", { name: "m1" })).plan).toMatchObject({ kind: "local" });
});

test("a key that is none, and a machine that has a story under way, are told before anything is armed", async () => {
  const { agent } = await attended();

  const wrong = service.api.ask("rescue", { name: "m1", key: "-----BEGIN OPENSSH PRIVATE KEY-----" });
  await expect(wrong).rejects.toMatchObject({ id: "use.wrong" });
  await service.api.ask("rescue", { name: "m1", key: KEY });
  const beside = service.api.ask("rescue", { name: "m1", key: KEY });

  await expect(beside).rejects.toMatchObject({ id: "story.open" });
  expect(agent.machineCalled("m1")?.plan?.id).toBe(1);
});
