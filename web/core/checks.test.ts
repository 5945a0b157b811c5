import { expect, test } from "vitest";
import type { FleetRow } from "../../src/api/check-rows.ts";
import { acknowledgeLine, checkLine, everyWords, hostTold, matchingRows, rowTold } from "./checks.ts";

const row = (more: Partial<FleetRow> = {}): FleetRow => ({
  ...{ host: "root@db1", rule: "boot-room", is: "fail", cause: "full", says: "/boot has 3 MB left" },
  ...{ failsSince: 1, isNew: false, at: 2, acknowledged: null, lapsed: null },
  ...more,
});
const byAnna = { reason: "r", by: "anna", until: "2027-01-31" };

test("a row says how it stands in words that the filter finds", () => {
  const rows = [
    row(),
    row({ isNew: true }),
    row({ acknowledged: byAnna }),
    row({ is: "unknown", rule: null }),
  ];

  expect(rows.map((one) => rowTold(one).word)).toEqual([
    "fails",
    "fails, new",
    "acknowledged",
    "could not be asked",
  ]);
  expect(matchingRows(rows, "new")).toEqual([rows[1]]);
  expect(matchingRows(rows, "ANNA db1")).toEqual([rows[2]]);
  expect(matchingRows(rows, "db1 3 MB")).toEqual(rows);
  expect(matchingRows(rows, "db2")).toEqual([]);
});

test("a host that fails is told as that, reached or not", () => {
  const host = { host: "a", machine: "a", at: 1, by: null, acknowledged: 0, passes: 9 };

  expect(hostTold({ ...host, trouble: "no route", fails: 2, unknown: 0 }).word).toBe("2 fail");
  expect(hostTold({ ...host, trouble: "no route", fails: 0, unknown: 1 }).word).toBe("could not be asked");
  expect(hostTold({ ...host, trouble: null, fails: 0, unknown: 0 }).word).toBe("fine");
});

test.each([
  [24, "24 h"],
  [168, "7 d"],
  [0.5, "30 min 0 s"],
])("a schedule each %d hours is every %s", (hours, words) => {
  expect(everyWords(hours * 3_600_000)).toBe(words);
});

test("command lines name this machine as the command line does, and mend only what can be", () => {
  expect(checkLine("here", { rule: "a", mends: true })).toBe("rackhand check --local --rule a --fix");
  expect(checkLine("root@db1", { rule: "a", mends: false })).toBe("rackhand check root@db1 --rule a");
  expect(checkLine("db1")).toBe("rackhand check db1");
  expect(acknowledgeLine("here", "a", 0)).toContain("acknowledge here a --reason");
});
