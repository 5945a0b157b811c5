import { expect, test } from "vitest";
import type { BmcReport } from "../../api/bmc-shapes.ts";
import type { Machine } from "../../api/shapes.ts";
import { judgeConsole, judgeSerial } from "./preflight.ts";

const machine = (more: Partial<Machine> = {}) =>
  ({
    name: "web1",
    serial: "ttyS1,115200n8",
    console: { is: "attached", because: null },
    ...more,
  }) as Machine;
const offer = (isOn: boolean, baud?: number): BmcReport["console"] => ({
  ways: [{ by: "IPMI", isOn }],
  ...(baud !== undefined && { baud }),
});

test("a BMC's line as fast as the machine's passes", () => {
  expect(judgeSerial(machine(), offer(true, 115_200))).toMatchObject({
    is: "pass",
    says: "The BMC's serial line runs at 115200 bit/s, as ttyS1,115200n8 says.",
  });
});

test("another speed fails, names both and what sets either; the operator may overrule it", () => {
  const found = judgeSerial(machine(), offer(true, 57_600));

  expect(found).toMatchObject({ id: "serial", is: "fail", overrule: true });
  expect(found.says).toBe(
    "The BMC's serial line runs at 57600 bit/s, but web1 is on record with ttyS1,115200n8.",
  );
  expect(found.remedy).toContain("sol set volatile-bit-rate");
});

test("Serial-over-LAN that is off fails, even at the right speed", () => {
  const found = judgeSerial(machine(), offer(false, 115_200));

  expect(found).toMatchObject({ id: "serial", is: "fail", overrule: true });
  expect(found.says).toBe("Serial-over-LAN is off in the BMC of web1.");
  expect(found.remedy).toContain("sol set enabled true");
});

test.each([
  ["a BMC that did not answer", undefined],
  ["a driver that knows no speed", offer(true)],
  ["a console that is no Serial-over-LAN", { ways: [{ by: "SSH", isOn: true }] }],
])("%s is a doubt, not a failure: the record is believed", (_, said) => {
  const found = judgeSerial(machine(), said);

  expect(found.is).toBe("unknown");
  expect(found.says).toBe(
    "The BMC of web1 does not say how fast its serial line is; ttyS1,115200n8 is believed.",
  );
});

test("a console that is not attached fails, and says why where that is known", () => {
  const lost = { is: "lost", because: "SOL payload already active" } as Machine["console"];
  const none = { is: "none", because: null } as Machine["console"];

  expect(judgeConsole(machine())).toMatchObject({ is: "pass" });
  expect(judgeConsole(machine({ console: lost }))).toMatchObject({
    ...{ id: "console", is: "fail" },
    says: "The console of web1 is not attached: SOL payload already active.",
  });
  expect(judgeConsole(machine({ console: none })).says).toBe("The console of web1 is not attached.");
});
