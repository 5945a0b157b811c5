import { expect, test } from "vitest";
import type { KnownMachine } from "../../api/agent.ts";
import { choiceFor, isStale, keepUsed, usesUp } from "./choice.ts";

const machine = (plan: KnownMachine["plan"]): KnownMachine => ({
  ...{ name: "m1", macs: ["52:54:00:7a:00:01"], firmware: "bios", serial: "ttyS0,115200n8" },
  ...{ redirected: false, loader: "auto", bmc: null, plan },
});
const plan = (kind: NonNullable<KnownMachine["plan"]>["kind"], state: "armed" | "used", id = 1) =>
  ({ id, kind, image: "debian-12", state, by: "ann", at: 0 }) as const;

test.each([
  ["an unknown machine", undefined, { local: true }],
  ["a machine without a plan", machine(null), { stay: true }],
  ["an armed installer", machine(plan("installer", "armed")), { entry: "install", afterSeconds: 1 }],
  ["an armed kernel", machine(plan("kernel", "armed")), { entry: "boot", afterSeconds: 1 }],
  ["an armed live system", machine(plan("live", "armed")), { entry: "boot", afterSeconds: 1 }],
  ["a kernel that is used up", machine(plan("kernel", "used")), { local: true }],
  ["an installer that is used up", machine(plan("installer", "used")), { local: true }],
  ["the plan local", machine(plan("local", "armed")), { local: true }],
] as const)("%s chooses at the menu", (_, one, choice) => {
  expect(choiceFor(one, { now: 0, unknown: "local" })).toEqual(choice);
});

test("the last file uses an armed plan up, whatever it boots but the local disk; nothing else does", () => {
  expect(usesUp(machine(plan("installer", "armed")), 0)).toBe(true);
  expect(usesUp(machine(plan("kernel", "armed")), 0)).toBe(true);
  expect(usesUp(machine(plan("installer", "used")), 0)).toBe(false);
  expect(usesUp(machine(plan("local", "armed")), 0)).toBe(false);
  expect(usesUp(undefined, 0)).toBe(false);
});

test("a service that has not heard yet cannot arm a used plan again; a new arming counts", () => {
  const seen = machine(plan("installer", "used", 7));

  expect(keepUsed(seen, machine(plan("installer", "armed", 7))).plan?.state).toBe("used");
  expect(keepUsed(seen, machine(plan("installer", "armed", 8))).plan?.state).toBe("armed");
});

test("an arming that nobody came for in a day boots nothing, and an unknown machine gets what is set", () => {
  const armed = machine(plan("installer", "armed"));
  const dayLater = { now: 25 * 3_600_000, unknown: "menu" } as const;

  expect(choiceFor(armed, dayLater)).toEqual({ local: true });
  expect(usesUp(armed, dayLater.now)).toBe(false);
  expect(choiceFor(undefined, dayLater)).toEqual({ stay: true });
});

test("a machine that was installed gets its own disk for ever, not for a day", () => {
  const year = 365 * 24 * 3_600_000;

  expect(isStale(plan("local", "armed"), year)).toBe(false);
  expect(isStale(plan("live", "armed"), year)).toBe(true);
});
