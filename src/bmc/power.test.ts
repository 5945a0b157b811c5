import { expect, test } from "vitest";
import { hastyClock } from "../../test/support/hasty-clock.ts";
import { Fault } from "../base/fault.ts";
import type { PowerState } from "./bmc.ts";
import { actAndConfirm } from "./power.ts";

/** A machine whose BMC answers what it is told to answer, the last answer for ever. */
function machine(...answers: (PowerState | Fault)[]) {
  const told: string[] = [];
  const read = async () => {
    const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
    if (answer instanceof Fault) throw answer;
    return answer;
  };
  const tell = async (act: string) => void told.push(act);
  return { told, needs: { machine: "m1", clock: hastyClock(), read, tell } };
}
const away = new Fault("bmc.unreachable", { machine: "m1", address: "192.0.2.1" });
const wrong = new Fault("bmc.login-refused", { machine: "m1", address: "192.0.2.1" });

test("an act is done when the BMC reads back so, and not before", async () => {
  const { told, needs } = machine("off", "off", "off", "on");

  expect(await actAndConfirm(needs, "on")).toBe("on");
  expect(told).toEqual(["on"]);
});

test("a BMC that is away while the power changes is asked again", async () => {
  const { needs } = machine("off", away, away, "on");

  expect(await actAndConfirm(needs, "on")).toBe("on");
});

test("after a minute the fault says what is still read, or that nothing is", async () => {
  const { needs } = machine("off");
  const gone = machine("off", away);

  await expect(actAndConfirm(needs, "on")).rejects.toMatchObject({ id: "bmc.not-confirmed" });
  expect(needs.clock.now()).toBeGreaterThanOrEqual(60_000);
  await expect(actAndConfirm(gone.needs, "on")).rejects.toBe(away);
});

test("a refused login ends it at once", async () => {
  const { needs } = machine("off", wrong, "on");

  await expect(actAndConfirm(needs, "on")).rejects.toBe(wrong);
});

test("a shutdown may take as long as was said, and no other act does", async () => {
  const slow = machine("on");
  const quick = machine("on");

  await expect(actAndConfirm(slow.needs, "soft", undefined, { withinMs: 300_000 })).rejects.toThrow();
  await expect(actAndConfirm(quick.needs, "off", undefined, { withinMs: 300_000 })).rejects.toThrow();

  expect(slow.needs.clock.now()).toBeGreaterThanOrEqual(300_000);
  expect(quick.needs.clock.now()).toBeLessThan(90_000);
});

test("a shutdown that is ignored stays one unless power off was asked for as well", async () => {
  const deaf = machine("on");
  await expect(actAndConfirm(deaf.needs, "soft")).rejects.toMatchObject({ id: "bmc.not-confirmed" });
  expect(deaf.told).toEqual(["soft"]);

  const told: string[] = [];
  const read = async (): Promise<PowerState> => (told.includes("off") ? "off" : "on");
  const needs = { ...deaf.needs, read, tell: async (act: string) => void told.push(act) };

  expect(await actAndConfirm(needs, "soft-or-off")).toBe("off");
  expect(told).toEqual(["soft", "off"]);
});
