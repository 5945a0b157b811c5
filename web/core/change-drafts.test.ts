import { expect, test } from "vitest";
import type { Machine } from "../../src/api/shapes.ts";
import { bmcChange, bmcFields, bmcLine, bmcOf, bmcWords, drivenBy } from "./bmc-draft.ts";
import { recordChange, recordLine, recordOf, recordWords } from "./record-draft.ts";

const BMC = { address: "10.0.9.7", port: 623, user: "ADMIN" };
const machine = (bmc: Machine["bmc"]): Machine => ({
  ...{ name: "web1", macs: ["0c:c4:7a:7c:28:40"], firmware: "bios", serial: "ttyS1,115200n8" },
  ...{ redirected: true, loader: "auto", segment: "local", attended: true, bmc, labels: {}, declared: null },
  ...{ plan: null, ways: [], power: "on", state: { word: "up", since: null, waits: null } },
  console: { is: "attached", writer: null, because: null },
});
const record = (over: object) => {
  const before = recordOf(machine(BMC));
  return { before, draft: { ...before, ...over } };
};
const bmc = (over: object, trustAnew = false) => {
  const before = bmcOf(machine(BMC));
  return { before, draft: { ...before, ...over }, trustAnew };
};

test("a change of the record has what is another, in the API's own values, and the command line says the same", () => {
  const both = record({ redirected: "no", macs: " 0c:c4:7a:7c:28:40  0c:c4:7a:7c:28:41 ", segment: " " });

  const macs = ["0c:c4:7a:7c:28:40", "0c:c4:7a:7c:28:41"];
  expect(recordChange(both)).toEqual({ ok: true, value: { macs, redirected: false } });
  const line = `rackhand machine set web1 --mac ${macs[0]} --mac ${macs[1]} --redirected no`;
  expect(recordLine("web1", both)).toBe(line);
  expect(recordWords("web1", both)).toContain("screen copied to serial becomes no (it is yes)");
});

test("a change that is none, or that the API does not take, says so", () => {
  expect(recordChange(record({}))).toMatchObject({ ok: false, flaw: "nothing is changed" });
  expect(recordChange(record({ macs: "0c:c4" }))).toMatchObject({
    flaw: expect.stringMatching(/^MAC addr.*0c:c4/),
  });
  expect(bmcChange(machine(BMC), bmc({ port: "70000" }))).toMatchObject({
    flaw: expect.stringMatching(/^Port: /),
  });
});

test("another driver has its usual port and no leavings of the one before; the old one brings its own back", () => {
  const other = bmc({ port: "6230" });
  const draft = drivenBy(other, "command");

  expect([draft.port, bmcFields(draft).slice(-2)]).toEqual(["", ["console", "commands"]]);
  expect(drivenBy({ ...other, draft }, "ipmitool")).toMatchObject({ driver: "ipmitool", port: "623" });
  expect(bmcChange(machine(BMC), { ...other, draft })).toMatchObject({ value: { driver: "command" } });
});

test("a password is in the change and in no sentence; trust alone is a change", () => {
  const wish = bmc({ password: "correct-horse" }, true);

  expect(bmcChange(machine(BMC), wish)).toMatchObject({
    value: { password: "correct-horse", trustAnew: true },
  });
  const line = "IPMI_PASSWORD=… rackhand machine bmc web1 --password --trust-anew";
  expect(bmcLine("web1", wish)).toBe(line);
  expect(bmcWords(machine(BMC), wish)).not.toContain("correct-horse");
  expect(bmcChange(machine(BMC), bmc({}, true))).toMatchObject({ ok: true, value: { trustAnew: true } });
  expect(bmcChange(machine(BMC), bmc({}))).toMatchObject({ flaw: "nothing is changed" });
});

test("a BMC that is new wants its login, one of commands wants these; a declared one lacks its password until it is told", () => {
  const blank = bmcOf(machine(null));
  const asked = (over: object) => ({ before: blank, draft: { ...blank, ...over }, trustAnew: false });
  const redfish = { driver: "redfish", address: "10.0.9.8" };
  const command = { driver: "command", address: "qemu:///system" };

  expect(bmcChange(machine(null), asked(redfish))).toMatchObject({ flaw: "nothing is given as user" });
  expect(bmcChange(machine(null), asked(command))).toMatchObject({ flaw: "nothing is given as commands" });
  const value = { ...command, commands: "virsh", user: "", password: "", trustAnew: false };
  expect(bmcChange(machine(null), asked({ ...command, commands: "virsh" }))).toEqual({ ok: true, value });
  const lacking = machine({ ...BMC, lacksPassword: true });
  expect(bmcChange(lacking, bmc({}))).toMatchObject({ flaw: "nothing is given as password" });
});
