import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { must } from "../../base/read.ts";
import { fioTrouble, readFioJson } from "./fio-json.ts";
import { readFioLog } from "./fio-logs.ts";
import { type Left, reduce } from "./reduce.ts";

const captures = join(import.meta.dirname, "../../../captures/bench");
const capture = (name: string) => readFileSync(join(captures, name), "utf8");
const LOGS = ["run_iops.1.log", "run_iops.2.log", "run_lat.1.log", "run_lat.2.log"];
const twoReaders: Left = {
  json: capture("two-readers/out.json"),
  logs: new Map(LOGS.map((name) => [name, capture(`two-readers/${name}`)])),
  ...{ windowMs: 500, processes: 2, counters: [] },
};

test("two processes are one series on one grid, the last window of both among them", () => {
  const { series } = must(reduce(twoReaders));

  const iops = series.find(({ name }) => name === "read-iops")!;
  expect(iops).toMatchObject({ unit: "iops", startMs: 0, stepMs: 500 });
  expect(iops.values).toHaveLength(6); // 5 lines a process, and the window that fio dropped
  const [first] = iops.values;
  expect(first).toBeCloseTo((16384 * 499 + 21224) / 500 + 18633, -1); // one window ended 1 ms early
});

test("no request of the run is lost by the grid: summed over time they are what fio counted", () => {
  const { series } = must(reduce(twoReaders));

  const { processes } = must(readFioJson(twoReaders.json));
  const requests = processes.reduce((sum, { done }) => sum + done[0]!.requests, 0);
  const summed = series[0]!.values.reduce<number>((sum, value) => sum + (value ?? 0) / 2, 0);
  expect(Math.abs(summed / requests - 1)).toBeLessThan(0.005);
});

test("percentiles of one process are those that fio itself prints", () => {
  const json = JSON.parse(twoReaders.json);
  json.jobs.pop();

  const { latencies, metrics } = must(reduce({ ...twoReaders, json: JSON.stringify(json), processes: 1 }));

  const printed = json.jobs[0].read.clat_ns.percentile as Record<string, number>;
  const ours = new Map(latencies[0]!.percentiles.map(({ percent, ns }) => [percent, ns]));
  for (const percent of [1, 50, 90, 99, 99.9]) {
    const fios = printed[percent.toFixed(6)]!;
    expect(Math.abs(ours.get(percent)! / fios - 1)).toBeLessThan(1 / 32); // a bin is 1/64 wide
  }
  expect(metrics["latency-mean"]).toBeCloseTo(json.jobs[0].read.clat_ns.mean, 3);
});

test("the metrics of a run are there by name", () => {
  const { metrics } = must(reduce(twoReaders));

  expect(metrics["iops-mean"]).toBeCloseTo(59540 / 3.004 + 60842 / 3.003, 3);
  expect(metrics["iops-last-quarter"]).toBeGreaterThan(30_000);
  expect(metrics["seconds-to-90-percent"]).toBeLessThan(2);
  expect(metrics["latency-p99.9"]).toBeGreaterThan(metrics["latency-p50"]!);
});

test("the mean latency of a window weighs each process by what it did", () => {
  const { series } = must(reduce(twoReaders));

  const latency = series.find(({ name }) => name === "read-latency")!;
  expect(latency.values[0]).toBeGreaterThan(421_911);
  expect(latency.values[0]).toBeLessThan(484_146);
});

test("what failed, did not run or did nothing is no run, whatever fio ended with", () => {
  const failed = reduce({ ...twoReaders, json: capture("fio-failed.json"), processes: undefined });
  const dropped = reduce({ ...twoReaders, processes: 3 });
  const json = JSON.parse(twoReaders.json);
  json.jobs[1].read.total_ios = 0;
  const idle = reduce({ ...twoReaders, json: JSON.stringify(json) });
  const none = reduce({ ...twoReaders, json: "fio: refusing to write to mounted /dev/sda\n" });

  expect(failed).toMatchObject({ flaw: expect.stringContaining("failed with error 28") });
  expect(dropped).toMatchObject({ flaw: "2 of 3 processes ran" });
  expect(idle).toMatchObject({ flaw: "the process reader2 read and wrote nothing" });
  expect(none).toMatchObject({ flaw: "fio wrote no JSON" });
  expect(fioTrouble({ version: "", startedAt: 0, processes: [] }, undefined)).toBe("no process ran");
});

test("JSON without bins has no percentiles made up, and reading both directions gives both", () => {
  const both = must(reduce({ ...twoReaders, json: capture("fio-two-clones.json"), logs: new Map() }));

  expect(both.latencies.map(({ way }) => way)).toEqual(["read", "write"]);
  expect(both.metrics).not.toHaveProperty("latency-p99");
  expect(both.series).toEqual([]);
  expect(both.notes).toEqual(["fio left no log of its windows, so there is no series"]);
});

test("a log that is cut or is something else has the line that says so", () => {
  expect(readFioLog("499, 16384, 0, 0, 0\n1000, 212")).toMatchObject({ ok: false, at: 2 });
  expect(readFioLog("499, 1, 7, 0, 0\n")).toMatchObject({ ok: false, at: 1 });
  expect(readFioLog("<html>\n")).toMatchObject({ ok: false, at: 1 });
  expect(readFioLog("")).toMatchObject({ ok: true, value: [] });
});
