import { expect, test } from "vitest";
import type { Observed } from "../../base/event.ts";
import { type Boots, bootsAfter, measuresOf } from "./measures.ts";

const event = (kind: Observed["kind"], detail: Record<string, unknown> = {}, at = 0): Observed => ({
  ...{ kind, at, machine: "web1", says: "x", detail },
});
const told = (...events: Observed[]) => {
  let boots: Boots = new Map();
  return events.flatMap((one) => {
    const measures = measuresOf(one, boots);
    boots = bootsAfter(one, boots);
    return measures.filter(({ name }) => name !== "rackhand_events_total");
  });
};

test("a boot is measured from the BMC's act to what the console showed, until its login prompt", () => {
  const sighting = (name: string, at: number) => event("console.sighting", { sighting: name }, at);

  const measures = told(
    event("power.acted", { act: "cycle" }, 1000),
    sighting("kernel-started", 21_000),
    sighting("login-prompt", 61_000),
    sighting("login-prompt", 99_000),
  );

  const durations = measures.filter(({ seconds }) => seconds !== undefined);
  expect(durations.map(({ labels, seconds }) => [labels.reached, seconds])).toEqual([
    ["kernel", 20],
    ["login", 60],
  ]);
});

test("a clock that jumped back measures nothing, and a panic is a failed boot", () => {
  const panic = event("console.sighting", { sighting: "kernel-panic" }, 900);
  const login = event("console.sighting", { sighting: "login-prompt" }, 10);

  const measures = told(event("power.acted", { act: "on" }, 1000), login, panic);

  expect(measures.filter(({ seconds }) => seconds !== undefined)).toEqual([]);
  expect(measures.map(({ name }) => name)).toContain("rackhand_boot_failures_total");
});
