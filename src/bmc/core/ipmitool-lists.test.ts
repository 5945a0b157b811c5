import { expect, test } from "vitest";
import { readController, readLog, readParts, readSensors, readSolInfo, readUsers } from "./ipmitool-lists.ts";

test("a sensor's line is its name, its state and what it reads", () => {
  const says = `CPU Temp         | 01h | ok  |  3.1 | 40 degrees C
FAN1             | 41h | nc  | 29.1 | 300 RPM
P1-DIMMA1 Temp   | B0h | ns  | 32.64 | No Reading
PS1 Status       | C8h | ok  | 10.1 | Presence detected
12V              | 30h | cr  |  7.17 | 9.10 Volts
a line of another kind
`;

  expect(readSensors(says)).toEqual([
    { name: "CPU Temp", is: "ok", reads: "40 degrees C" },
    { name: "FAN1", is: "warning", reads: "300 RPM" },
    { name: "P1-DIMMA1 Temp", is: "absent", reads: "No Reading" },
    { name: "PS1 Status", is: "ok", reads: "Presence detected" },
    { name: "12V", is: "critical", reads: "9.10 Volts" },
  ]);
});

test("a log entry says when and what; one from before the clock was set says so", () => {
  const says = `   1 |  Pre-Init  |0000014864| Temperature CPU Temp |  | Asserted
  1a | 04/12/2024 | 10:21:33 UTC | Power Supply PS1 Status | Failure detected | Asserted
SEL has no entries
`;

  expect(readLog(says)).toEqual([
    { id: "1", at: "before its clock was set", says: "Temperature CPU Temp, Asserted" },
    { id: "1a", at: "04/12/2024 10:21:33 UTC", says: "Power Supply PS1 Status, Failure detected, Asserted" },
  ]);
});

test("parts have the fields that stand under them, and one without any is left out", () => {
  const says = `FRU Device Description : Builtin FRU Device (ID 0)
 Chassis Serial        : C1160LH10NH0436
 Board Mfg Date        : Mon Jan  1 00:00:00 1996 UTC

FRU Device Description : PSU (ID 1)
 Device not present (Invalid data field in request)
`;

  expect(readParts(says)).toEqual([
    {
      name: "Builtin FRU Device (ID 0)",
      fields: { "Chassis Serial": "C1160LH10NH0436", "Board Mfg Date": "Mon Jan  1 00:00:00 1996 UTC" },
    },
  ]);
});

test("only users who may log in are listed; a nameless one among them", () => {
  const says = `1,,true,false,true,USER
2,ADMIN,true,false,true,ADMINISTRATOR
3,root,true,false,false,ADMINISTRATOR
4,,true,false,false,Unknown (0x00)
5,guest,true,false,true,NO ACCESS
`;

  expect(readUsers(says)).toEqual([
    { id: "1", name: "", isOn: true, role: "USER" },
    { id: "2", name: "ADMIN", isOn: true, role: "ADMINISTRATOR" },
    { id: "3", name: "root", isOn: false, role: "ADMINISTRATOR" },
    { id: "5", name: "guest", isOn: false, role: "NO ACCESS" },
  ]);
});

test("the controller and its serial port are read, or a flaw says what is missing", () => {
  const info = "Firmware Revision         : 3.58\nManufacturer Name         : Super Micro Computer Inc.\n";
  const sol = "Info: SOL parameter ok\nEnabled                         : true\n";
  const rates = "Volatile Bit Rate (kbps)        : 115.2\nPayload Port                    : 623\n";

  expect(readController(info)).toMatchObject({ value: { firmware: "3.58", product: "?" } });
  expect(readController("garbage").ok).toBe(false);
  expect(readSolInfo(sol + rates)).toEqual({ ok: true, value: { isOn: true, port: 623, baud: 115_200 } });
  expect(readSolInfo("Enabled   : false\n")).toEqual({ ok: true, value: { isOn: false } });
  expect(readSolInfo("garbage").ok).toBe(false);
});
