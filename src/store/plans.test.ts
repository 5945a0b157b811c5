import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestStore } from "../../test/support/store.ts";

const INSTALL = { kind: "installer", image: "debian-12", by: "ann" } as const;
let store: Awaited<ReturnType<typeof openTestStore>>;
let machine: string;
beforeAll(async () => {
  store = await openTestStore();
});
beforeEach(async ({ task }) => {
  machine = `m-${task.id.replace(/\W/g, "-")}`;
  const rest = {
    firmware: "bios",
    serial: "ttyS1,115200n8",
    redirected: false,
    loader: "auto",
    segment: "local",
  } as const;
  await store.addMachine({ name: machine, macs: [], ...rest, bmc: null, declaredBy: null });
});
afterAll(async () => {
  await store?.close();
});

test("a machine starts without a plan", async () => {
  expect(await store.planOf(machine)).toBeNull();
});

test("an armed plan says what, by whom and when", async () => {
  const armed = await store.armPlan(machine, INSTALL);

  expect(armed).toMatchObject({ ...INSTALL, state: "armed", usedAt: null });
  expect(Math.abs(Date.now() - armed.at)).toBeLessThan(60_000);
  expect(await store.planOf(machine)).toEqual(armed);
});

test("a plan is used once", async () => {
  await store.armPlan(machine, INSTALL);

  const uses = await Promise.all([1, 2, 3].map((at) => store.usePlan(machine, at)));

  expect(uses.filter((used) => used !== null)).toHaveLength(1);
  expect(await store.planOf(machine)).toMatchObject({ state: "used" });
});

test("arming again leaves one plan armed, the last", async () => {
  await store.armPlan(machine, INSTALL);

  const local = await store.armPlan(machine, { kind: "local", image: null, by: "bob" });

  expect(await store.usePlan(machine, 5)).toEqual({ ...local, state: "used", usedAt: 5 });
  expect(await store.usePlan(machine, 6)).toBeNull();
});

test("people who arm at the same moment leave one plan armed", async () => {
  const armed = await Promise.all(
    ["a", "b", "c", "d"].map((by) => store.armPlan(machine, { ...INSTALL, by })),
  );

  const last = armed.reduce((a, b) => (a.id > b.id ? a : b));
  expect(await store.planOf(machine)).toEqual(last);
});

test("a use that is told late does not use up the plan armed since", async () => {
  const first = await store.armPlan(machine, INSTALL);
  const second = await store.armPlan(machine, { ...INSTALL, image: "debian-13" });

  expect(await store.usePlan(machine, 5, first.id)).toBeNull();
  expect(await store.planOf(machine)).toEqual(second);
});

test("a cancelled plan is gone", async () => {
  await store.armPlan(machine, INSTALL);

  expect(await store.cancelPlan(machine)).toBe(true);
  expect(await store.cancelPlan(machine)).toBe(false);
  expect(await store.planOf(machine)).toBeNull();
  expect(await store.usePlan(machine, 5)).toBeNull();
});

test("a plan for a machine that is not there is refused", async () => {
  await expect(store.armPlan("nobody", INSTALL)).rejects.toMatchObject({ id: "machine.unknown" });
  await expect(store.usePlan("nobody", 5)).rejects.toMatchObject({ id: "machine.unknown" });
});

test("a preseed is sealed, comes back until the machine has it, and goes with its arming", async () => {
  const preseed = "d-i passwd/root-password-crypted password $6$x";
  const plan = await store.armPlan(machine, { ...INSTALL, preseed });

  expect(plan.preseed).toBe(true);
  expect(await store.preseedOf(machine)).toBe(preseed);
  await store.usePlan(machine, 1000, plan.id);
  expect(await store.preseedOf(machine)).toBe(preseed); // it fetches it after its initrd
  await store.forgetPreseed(machine, plan.id);
  expect(await store.preseedOf(machine)).toBeNull();
  expect(await store.planOf(machine)).not.toHaveProperty("preseed");
  await store.armPlan(machine, { ...INSTALL, preseed });
  await store.armPlan(machine, INSTALL);
  expect(await store.preseedOf(machine)).toBeNull();
});
