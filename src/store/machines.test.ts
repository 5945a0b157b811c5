import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestStore } from "../../test/support/store.ts";
import { readMac } from "../base/mac.ts";
import { must } from "../base/read.ts";
import type { NewMachine } from "./machines.ts";

let store: Awaited<ReturnType<typeof openTestStore>>;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => {
  await store?.close();
});

const mac = (text: string) => must(readMac(text));
let next = 0;
/** A machine that nobody has seen yet. */
const fresh = (wishes: Partial<NewMachine> = {}): NewMachine => {
  next += 1;
  return {
    name: `node-${next}`,
    macs: [mac(`52540000${next.toString(16).padStart(4, "0")}`)],
    firmware: "bios",
    serial: "ttyS1,115200n8",
    redirected: false,
    loader: "auto",
    segment: "local",
    bmc: null,
    declaredBy: null,
    ...wishes,
  };
};
const BMC = { address: "10.0.0.9", port: 623, user: "admin", password: "correct horse" };

test("a machine is kept as it was added, and is shown without its BMC's password", async () => {
  const machine = fresh({ macs: [mac("0cc47a7c2841"), mac("0cc47a7c2840")], bmc: BMC, firmware: "uefi" });

  await store.addMachine(machine);

  const { password, ...shown } = BMC;
  expect(await store.machine(machine.name)).toEqual({
    ...machine,
    installed: null,
    bmc: shown,
    labels: {},
    declaredIn: null,
  });
  expect(JSON.stringify(await store.machines())).not.toContain(password);
});

test("machines come by name", async () => {
  await store.addMachine(fresh({ name: "b-second" }));
  await store.addMachine(fresh({ name: "a-first" }));

  const names = (await store.machines()).map(({ name }) => name);

  expect(names).toEqual([...names].sort());
  expect(names).toContain("a-first");
});

test("the BMC's login gives the password back", async () => {
  const machine = fresh({ bmc: BMC });
  await store.addMachine(machine);

  expect(await store.bmcLogin(machine.name)).toEqual(BMC);
});

test("a machine without a BMC has no login", async () => {
  const machine = fresh();
  await store.addMachine(machine);

  expect(await store.bmcLogin(machine.name)).toBeNull();
});

test("a second machine of the same name is refused", async () => {
  const machine = fresh();
  await store.addMachine(machine);

  const second = store.addMachine(fresh({ name: machine.name }));

  await expect(second).rejects.toMatchObject({
    id: "machine.exists",
    says: expect.stringContaining(machine.name),
  });
});

test("an address that another machine has is refused by name, and nothing of the new one stays", async () => {
  const machine = fresh();
  await store.addMachine(machine);
  const other = fresh({ macs: [mac("0200000000ff"), machine.macs[0]!] });

  const second = store.addMachine(other);

  await expect(second).rejects.toMatchObject({
    id: "machine.exists",
    says: expect.stringContaining(machine.macs[0]!),
  });
  await expect(store.machine(other.name)).rejects.toMatchObject({ id: "machine.unknown" });
});

test("setting a machine that is there makes it like this, its old addresses free again", async () => {
  const machine = fresh({ declaredBy: "rack" });
  await store.setMachine(machine);
  const changed = { ...machine, macs: [mac("020000000010")], serial: "ttyS0,115200n8" };

  await store.setMachine(changed);
  await store.setMachine(changed);
  await store.addMachine(fresh({ macs: machine.macs }));

  expect(await store.machine(machine.name)).toEqual({
    ...changed,
    installed: null,
    labels: {},
    declaredIn: null,
  });
});

test("an agent cannot overwrite a machine that a person added", async () => {
  const machine = fresh({ bmc: BMC });
  await store.addMachine(machine);

  const taken = store.setMachine({ ...machine, bmc: null, declaredBy: "rack" });

  await expect(taken).rejects.toMatchObject({ id: "machine.exists" });
  expect(await store.bmcLogin(machine.name)).toEqual(BMC);
});

test("a removed machine is unknown, and its name and address are free", async () => {
  const machine = fresh();
  await store.addMachine(machine);
  await store.armPlan(machine.name, { kind: "installer", image: "debian-12", by: "ann" });

  await store.removeMachine(machine.name);

  await expect(store.machine(machine.name)).rejects.toMatchObject({ id: "machine.unknown" });
  await expect(store.removeMachine(machine.name)).rejects.toMatchObject({ id: "machine.unknown" });
  expect([await store.planOf(machine.name), await store.bmcLogin(machine.name)]).toEqual([null, null]);
  await store.addMachine(machine);
  expect(await store.planOf(machine.name)).toBeNull();
});
