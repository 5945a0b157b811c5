import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { differences, disturbances } from "./differences.ts";
import { type Environment, type Moment, readEnvironment } from "./environment.ts";

const capture = readFileSync(
  new URL("../../../captures/bench/environment-virtual.txt", import.meta.url),
  "latin1",
);
const QUIET: Moment = {
  load: 0.1,
  hottest: 40,
  throttled: 0,
  rebuilding: false,
  diskBytesPerSecond: 0,
  busy: [],
};
const SETTINGS = { kernel: "6.1.0-31", processors: "8", scheduler: "none" };
const around = (change: Partial<Environment> = {}): Environment => ({
  settings: SETTINGS,
  before: QUIET,
  after: QUIET,
  ...change,
});

test("a host's answer is read: its settings, and who was busy in the second between two looks", () => {
  const looked = readEnvironment(capture);

  expect(looked).toMatchObject({ ok: true });
  if (!looked.ok) return;
  expect(looked.value.settings).toMatchObject({
    fio: "fio-3.33",
    "file-system": "ext4",
    scheduler: "mq-deadline",
    "queue-write-cache": "write back",
  });
  expect(looked.value.settings.governor).toBeUndefined();
  expect(looked.value.moment).toMatchObject({ hottest: null, rebuilding: false });
  expect(looked.value.moment.busy[0]).toEqual({ name: "qemu-system-x86", part: 0.48 });
});

test("sensors in thousandths, a RAID that is rebuilt and a throttled processor are read; a sensor that is not wired is not", () => {
  const text = ["temperature 41500 k10temp", "temperature -128000 nct", "temperature 255000 acpitz"];

  const looked = readEnvironment([...text, "rebuilding", "throttled 7", "load 1.5", "end"].join("\n"));

  expect(looked).toMatchObject({
    ok: true,
    value: { moment: { hottest: 41.5, rebuilding: true, throttled: 7, load: 1.5, diskBytesPerSecond: null } },
  });
});

test("an answer that was cut off is none, and a name that is not asked for is left out", () => {
  expect(readEnvironment(capture.slice(0, -10)).ok).toBe(false);
  expect(readEnvironment("set password x\nset __proto__ x\nend\n")).toMatchObject({
    value: { settings: {} },
  });
});

test("equal surroundings differ in nothing", () => {
  expect(differences([around(), around()], [around()])).toEqual([]);
  expect(differences([around()], [])).toEqual([]);
});

test("another kernel and scheduler are told, unless the kernel is what is looked for", () => {
  const other = around({ settings: { ...SETTINGS, kernel: "6.12.3", scheduler: "mq-deadline" } });

  const found = differences([around()], [other]);

  expect(found).toEqual([
    "The kernel differs: 6.1.0-31 in A, 6.12.3 in B.",
    "The I/O scheduler differs: none in A, mq-deadline in B.",
  ]);
  expect(differences([around()], [other], { except: ["kernel"] })).toHaveLength(1);
  expect(differences([around(), other], [around(), other], { except: ["kernel"] })).toEqual([
    "The runs differ among themselves: I/O scheduler is mq-deadline and none.",
  ]);
});

test("what one side does not tell is no difference", () => {
  expect(differences([around()], [around({ settings: { kernel: "6.1.0-31" } })])).toEqual([]);
});

test("heat, load and what disturbed one side only are told", () => {
  const loud = around({
    before: { ...QUIET, load: 8, hottest: 71, diskBytesPerSecond: 5e6 },
    after: { ...QUIET, throttled: 3, rebuilding: true, busy: [{ name: "backup", part: 0.9 }] },
  });

  expect(differences([around()], [loud])).toEqual([
    "The hottest sensor differs: 40 °C in A, 71 °C in B.",
    "The load before the runs differs: 0.01 a processor in A, 1.00 in B.",
    "Only in B: a software RAID was being rebuilt or checked.",
    "Only in B: backup was busy beside the bench.",
    "Only in B: others used the disk before the run.",
    "Only in B: processors were slowed down for heat.",
  ]);
  expect(disturbances(loud)).toHaveLength(4);
  expect(disturbances(around({ after: null }))).toEqual([]);
});
