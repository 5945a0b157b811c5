import { expect, test } from "vitest";
import { choiceFor } from "../../src/agent/core/choice.ts";
import { type Agent, handTests, patient, type Service } from "../support/hand-tests.ts";
import type { Does } from "../support/pretend-hand.ts";

/** What happens to a machine and to the clock while a disk is written, with a service of the real parts. */
const KEY = `ssh-ed25519 ${"A".repeat(68)}`;
const BOOT = "0b3a6f3e-1d0c-4b0a-9f61-0f6f3c1f2a11";
const SERIAL = "S3Z8NX0K";
const HOUR = 3_600_000;
const ASKED = { name: "m1", method: "imaged", disks: [SERIAL], keys: [KEY] } as const;

const disk = { name: "sda", type: "disk", size: 480e9, serial: SERIAL, rota: false };
const LOOKED = `\n@section boot\n${BOOT}\n@section firmware\nuefi\n@section disks\n${JSON.stringify({ blockdevices: [disk] })}\n`;
const does: Does = async (script, _, id) => {
  if (script.includes("@section")) return { code: 0, output: LOOKED };
  return { code: 0, output: id.endsWith("-own") ? `@hostkey ${KEY}\n` : "" };
};
/** As it does, but for its unpacking. */
const unpacking =
  (how: Does): Does =>
  (script, say, id) =>
    (id.endsWith("-unpack") ? how : does)(script, say, id);

let service: Service;
const { machine, story, attended, boots } = handTests(does, (fresh) => {
  service = fresh;
});
const stateOf = async (id: number) => (await story(id)).state;
/** By the very arming of that story: an earlier one is live too. */
const booted = async (agent: Agent, id: number, how: Does) =>
  boots(agent, how, { id: (await story(id)).subject.plan as number });
async function restarts(agent: Agent, id: number): Promise<void> {
  await expect
    .poll(async () => (await story(id)).entries.map(({ act }) => act), patient)
    .toContain("restart");
  agent.observe({
    ...{ kind: "console.sighting", at: Date.now() + service.clock.aheadMs, machine: "m1" },
    ...{ says: "m1 shows a login prompt", detail: { sighting: "login-prompt", subject: "m1" } },
  });
}

test("power that is lost while the image is unpacked ends the install with that; the machine is not told installed, and a second try is", async () => {
  const { agent, told } = await attended({ handLimits: { silentMs: 400, lookMs: 20 } });
  const { id } = await service.api.ask("install", ASKED as never);
  const dark = new Promise<never>(() => {});
  const lost = await booted(
    agent,
    id,
    unpacking(async (_, say) => {
      await say("@progress 40 unpacking\n");
      lost.stop();
      return dark;
    }),
  );

  await expect.poll(() => stateOf(id), patient).toBe("failed");
  expect((await story(id)).says).toMatch(/^unpack: The live hand of m1 went silent/);
  expect(await machine()).toMatchObject({ installed: null, plan: { kind: "local" } });

  const again = await service.api.ask("retryStory", { id });
  const hand = await booted(agent, again.id, does);
  await restarts(agent, again.id);

  await expect.poll(() => stateOf(again.id), patient).toBe("done");
  await expect.poll(async () => (await machine()).installed, patient).toMatchObject({ story: again.id });
  expect(hand.runs).toContain(`install-${again.id}-lay-out`); // from the start, whatever was left on the disk
  expect(told.filter((act) => act.startsWith("power "))).toEqual(["power on", "power cycle"]);
});

test.each([
  ["forward", 30 * HOUR],
  ["back", -30 * HOUR],
])(
  "a clock that is set 30 h %s in the middle of an install neither ends it nor makes it wait",
  async (_, aheadMs) => {
    const { agent } = await attended({ handLimits: { silentMs: 400, lookMs: 20 } });
    const { id } = await service.api.ask("install", ASKED as never);
    const hand = await booted(
      agent,
      id,
      unpacking(async (_script, say) => {
        await say("@progress 40 unpacking\n");
        service.clock.aheadMs = aheadMs;
        await new Promise((resolve) => setTimeout(resolve, 100)); // it goes on in another time
        await say("@progress 80 unpacking\n");
        return { code: 0, output: "" };
      }),
    );
    await restarts(agent, id);

    await expect.poll(() => stateOf(id), patient).toBe("done");
    expect(new Set(hand.runs).size).toBe(hand.runs.length);
    const kinds = async () =>
      (await service.api.ask("timeline", { name: "m1", limit: 1000 })).events
        .map(({ kind }) => kind)
        .filter((kind) => kind.startsWith("install."));
    // in the order in which it happened, whatever the dates say
    await expect
      .poll(kinds, patient)
      .toEqual(["install.asked", "install.planned", "install.key", "install.done"]);
    expect(await machine()).toMatchObject({ installed: { story: id }, plan: { kind: "local" } });
    await service.restart();
    service.attach(agent);
    await expect.poll(async () => (await machine()).attended, patient).toBe(true);
    const now = Date.now() + aheadMs;
    expect(choiceFor(agent.machineCalled("m1"), { now, unknown: "menu" })).toEqual({ local: true });
  },
);
