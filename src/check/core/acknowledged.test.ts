import { expect, test } from "vitest";
import {
  type Acknowledgement,
  acknowledge,
  isDay,
  readAcknowledged,
  withOne,
  writeAcknowledged,
} from "./acknowledged.ts";
import { exitOf, type HostResult } from "./judge-host.ts";

const ONE: Acknowledgement = {
  ...{ host: "db1", rule: "boot-room", cause: "initrd", reason: "new disk", until: "2027-01-31", by: "anna" },
};
const failing = (cause = "initrd", host = "db1"): HostResult[] => [
  { host, findings: [{ rule: "boot-room", verdict: { is: "fail", cause, found: "full", evidence: [] } }] },
];
const marked = (results: HostResult[], now: string) => acknowledge(results, [ONE], Date.parse(now));

test("an acknowledged failure is told as that, and is no problem found", () => {
  const results = marked(failing(), "2027-01-31T23:59:59Z");

  expect(results[0]!.findings[0]).toMatchObject({
    acknowledged: { reason: "new disk", by: "anna", until: "2027-01-31" },
  });
  expect(exitOf(results)).toBe(0);
});

test.each<[string, HostResult[], string, string | undefined]>([
  ["its last day is over", failing(), "2027-02-01T00:00:00Z", "until 2027-01-31"],
  ["it has another cause", failing("kernel"), "2027-01-01", "another cause (initrd; now kernel)"],
  ["it is another host's", failing("initrd", "db2"), "2027-01-01", undefined],
])("a failure counts again when %s", (_, results, now, why) => {
  const got = marked(results, now);

  expect(exitOf(got)).toBe(1);
  const { lapsed } = got[0]!.findings[0]!;
  if (why === undefined) expect(lapsed).toBeUndefined();
  else expect(lapsed).toContain(why);
});

test("what is written is read again, in the same order whoever came first", () => {
  const two = { ...ONE, host: "db0" };

  const text = writeAcknowledged([ONE, two]);

  expect(readAcknowledged(text)).toEqual({ ok: true, value: [two, ONE] });
  expect(text).toBe(writeAcknowledged([two, ONE]));
});

test("of two lists' words about the same failure the one that still counts does", () => {
  const over = { ...ONE, until: "2020-01-01" };

  for (const list of [
    [ONE, over],
    [over, ONE],
  ])
    expect(acknowledge(failing(), list, Date.parse("2027-01-01"))[0]!.findings[0]!.acknowledged?.until).toBe(
      ONE.until,
    );
});

test("a newer word about the same failure takes the older's place", () => {
  const newer = { ...ONE, until: "2028-01-01" };

  expect(withOne([ONE], newer)).toEqual([newer]);
});

test.each([
  ["not json", "no JSON"],
  ["null", "no list"],
  ['{"acknowledged":[null]}', "entry 1 lacks host"],
  [JSON.stringify({ acknowledged: [ONE, { ...ONE, by: 1 }] }), "entry 2 lacks by"],
  [JSON.stringify({ acknowledged: [{ ...ONE, until: "soon" }] }), '"soon" is no day'],
])("a file that is %s is refused with what is wrong", (text, flaw) => {
  expect(readAcknowledged(text)).toMatchObject({ ok: false, flaw: expect.stringContaining(flaw) });
});

test("a day is one of the calendar", () => {
  expect(["2027-01-31", "2028-02-29", "2027-02-29", "2027-13-01", "27-01-01"].map(isDay)).toEqual([
    ...[true, true, false, false, false],
  ]);
});
