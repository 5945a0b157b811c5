import { expect, test } from "vitest";
import { layMachines, MOST_MACHINES } from "./layout.ts";

test("every machine has a name, MAC, UUID and BMC address of its own", () => {
  const machines = layMachines(MOST_MACHINES, "bios", "secret");

  expect(machines[0]).toMatchObject({
    name: "m1",
    mac: "52:54:00:7a:00:01",
    bmc: { address: "10.77.1.101" },
  });
  expect(machines.at(-1)).toMatchObject({
    name: "m99",
    mac: "52:54:00:7a:00:63",
    bmc: { address: "10.77.1.199" },
  });
  for (const own of ["name", "mac", "uuid"] as const) {
    expect(new Set(machines.map((machine) => machine[own])).size).toBe(MOST_MACHINES);
  }
});
