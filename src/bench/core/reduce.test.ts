import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { must } from "../../base/read.ts";
import { fioTrouble, readFioJson } from "./fio-json.ts";
import { readFioLog } from "./fio-logs.ts";
import { type Left, reduce } from "./reduce.ts";

const captures = join(import.meta.dirname, "../../../captures/bench");
const capture = (name: string) => readFileSync(join(captures, name), "utf8");
const left = (folder: string): Left => ({
  json: capture(`${folder}/out.json`),
  logs: new Map(
    readdirSync(join(captures, folder))
      .filter((name) => name.endsWith(".log"))
      .map((name) => [name, capture(`${folder}/${name}`)]),
  ),
  ...{ windowMs: 500, processes: 2, counters: [] },
});
const twoReaders = left("two-readers");

const VERSIONS = [
  {
    ...{ fio: "fio-3.33", folder: "two-readers", mean: 59540 / 3.004 + 60842 / 3.003 },
    // 5 lines a process, and the window that fio dropped; the first of one process ended 1 ms early
    ...{ windows: 6, first: (16384 * 499 + 21224) / 500 + 18633, latencies: [421_911, 484_146] },
  },
  {
    ...{ fio: "fio-3.39", folder: "two-readers-3.39", mean: 61175 / 3.003 + 55033 / 3.002 },
    ...{ windows: 6, first: 19551 + 19343, latencies: [408_148, 408_906] },
  },
] as const;

describe.each(VERSIONS)("$fio", ({ fio, folder, windows, first, mean, latencies: [least, most] }) => {
  test("two processes are one series on one grid, the last window of both among them", () => {
    const { series } = must(reduce(left(folder)));

    const iops = series.find(({ name }) => name === "read-iops")!;
    expect(iops).toMatchObject({ unit: "iops", startMs: 0, stepMs: 500 });
    expect(iops.values).toHaveLength(windows);
    expect(iops.values[0]).toBeCloseTo(first, -1);
  });

  test("no request of the run is lost by the grid: summed over time they are what fio counted", () => {
    const { series } = must(reduce(left(folder)));

    const { version, processes } = must(readFioJson(left(folder).json));
    const requests = processes.reduce((sum, { done }) => sum + done[0]!.requests, 0);
    const summed = series[0]!.values.reduce<number>((sum, value) => sum + (value ?? 0) / 2, 0);
    expect(version).toBe(fio);
    // less than a tenth of a window is not on it
    expect(Math.abs(summed / requests - 1)).toBeLessThan(0.1 / windows);
  });

  test("percentiles of one process are those that fio itself prints", () => {
    const json = JSON.parse(left(folder).json);
    json.jobs.pop();

    const { latencies, metrics } = must(
      reduce({ ...left(folder), json: JSON.stringify(json), processes: 1 }),
    );

    const printed = json.jobs[0].read.clat_ns.percentile as Record<string, number>;
    const ours = new Map(latencies[0]!.percentiles.map(({ percent, ns }) => [percent, ns]));
    for (const percent of [1, 50, 90, 99, 99.9]) {
      const fios = printed[percent.toFixed(6)]!;
      expect(Math.abs(ours.get(percent)! / fios - 1)).toBeLessThan(1 / 32); // a bin is 1/64 wide
    }
    expect(metrics["latency-mean"]).toBeCloseTo(json.jobs[0].read.clat_ns.mean, 3);
  });

  test("the metrics of a run are there by name", () => {
    const { metrics } = must(reduce(left(folder)));

    expect(metrics["iops-mean"]).toBeCloseTo(mean, 3);
    expect(metrics["iops-last-quarter"]).toBeGreaterThan(30_000);
    expect(metrics["seconds-to-90-percent"]).toBeLessThan(2);
    expect(metrics["latency-p99.9"]).toBeGreaterThan(metrics["latency-p50"]!);
  });

  test("the mean latency of a window weighs each process by what it did", () => {
    const { series } = must(reduce(left(folder)));

    const latency = series.find(({ name }) => name === "read-latency")!;
    expect(latency.values[0]).toBeGreaterThan(least!);
    expect(latency.values[0]).toBeLessThan(most!);
  });
});

test("every request of a run with histograms lies in the map of latencies over time, once", () => {
  const { maps, series } = must(reduce(left("two-readers-3.39")));

  const requests = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  const rates = maps![0]!.columns.map((column) => requests(column) / 0.5);
  expect(requests(rates) / 2).toBe(61175 + 55033);
  expect(rates).toHaveLength(6); // what was done in the 3 ms after the last window is in it
  // fio ends both kinds of window where it likes
  for (const [at, rate] of rates.entries()) expect(rate / series[0]!.values[at]!).toBeCloseTo(1, 0.7);
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
