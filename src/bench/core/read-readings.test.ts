import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { must } from "../../base/read.ts";
import { type Format, readReadings } from "./read-readings.ts";

const capture = (name: string) =>
  readFileSync(join(import.meta.dirname, "../../../captures/bench", name), "utf8");
const metrics = (text: string, as?: Format) => Object.fromEntries(must(readReadings(text, as)).metrics);

test("fio's json has rates and times of the ways that were gone, a reading for each clone, and says they are clones", () => {
  const read = must(readReadings(capture("fio-two-clones.json")));

  const { jobs } = JSON.parse(capture("fio-two-clones.json"));
  expect(read.metrics.get("read-iops")).toEqual([jobs[0].read.iops, jobs[1].read.iops]);
  expect(read.metrics.get("write-bw")).toEqual([jobs[0].write.bw_bytes, jobs[1].write.bw_bytes]);
  expect(read.metrics.get("write-clat-p99.9")).toHaveLength(2);
  expect([...read.metrics.keys()].filter((name) => name.startsWith("trim"))).toEqual([]);
  expect(read.notes).toEqual([expect.stringContaining("2 jobs")]);
});

test("fio's json+ is read as its json is", () => {
  const whole = JSON.parse(capture("fio-json-plus.json"));

  const read = metrics(capture("fio-json-plus.json"));

  expect(read["read-clat-p99"]).toEqual([whole.jobs[0].read.clat_ns.percentile["99.000000"]]);
  expect(read["write-iops"]).toBeUndefined();
});

test("a message before fio's JSON is passed over, and jobs of two names are not mixed", () => {
  const read = metrics(capture("fio-two-jobs.json"));

  expect(capture("fio-two-jobs.json")).toMatch(/^seq: /);
  expect(read["seq:read-iops"]).toHaveLength(1);
  expect(read["rand:read-iops"]).toHaveLength(1);
});

test("a fio job that failed is a flaw at its line", () => {
  const flaw = readReadings(capture("fio-failed.json"));

  expect(flaw).toMatchObject({ ok: false, flaw: expect.stringContaining("full failed with error 28") });
  const lines = capture("fio-failed.json").split("\n");
  expect(lines[(flaw as { at: number }).at - 1]).toContain('"jobname" : "full"');
});

test("hyperfine's times are the readings; of several commands each has its own", () => {
  const [one, two] = [metrics(capture("hyperfine-one.json")), metrics(capture("hyperfine-two.json"))];

  expect(one.time).toEqual(JSON.parse(capture("hyperfine-one.json")).results[0].times);
  expect(Object.keys(two)).toEqual(["time of sleep 0.02", "time of sleep 0.04"]);
});

test("Go's benchmark lines give a reading for each unit", () => {
  const read = metrics(capture("go-test-bench.txt"));

  expect(Object.keys(read).filter((name) => name.startsWith("BenchmarkSplit-2"))).toHaveLength(4);
  expect(read["BenchmarkFields-2 ns/op"]).toEqual([27457, 10240, 39291, 7102, 8041]);
});

test("numbers one a line, columns with a header and label columns are told apart without asking", () => {
  expect(metrics("# ms\n12\n13.5\r\n\n1e1\n")).toEqual({ value: [12, 13.5, 10] });
  expect(metrics('host;"p99"\na;7\nb;8\n')).toEqual({ p99: [7, 8] });
  expect(metrics("1,2\n3,4\n")).toEqual({ "column 1": [1, 3], "column 2": [2, 4] });
});

test("every flaw has the line that it stands in", () => {
  const cut = capture("hyperfine-one.json").split("\n").slice(0, 12).join("\n");
  const flawed: [string, Format | undefined, number][] = [
    ["1\n2\nthree\n", undefined, 3],
    ["a,b\n1,2\n1\n", undefined, 3],
    ["a,a\n1,2\n", undefined, 1],
    ["1\nNaN\n", undefined, 2],
    ["hello\nworld\n", undefined, 2],
    ["BenchmarkA-2 10 5 ns/op\nBenchmarkA-2 10 5\n", undefined, 2],
    ["BenchmarkA-2 10 5 ns/op\n--- FAIL: BenchmarkB\n", undefined, 2],
    ['{\n "results": [\n  {\n   "command": "x"\n  }\n ]\n}\n', undefined, 4],
    ['{\n "a": 1,\n "b": oops\n}\n', undefined, 3],
    ['{\n "a": [1\n 2]\n}\n', undefined, 3],
    [cut, undefined, 12],
    ["", undefined, 0],
    ["PASS\n", "go", 0],
    ['{"fio version": "x", "jobs": []}', "fio", 0],
    ['{"other": 1}', undefined, 0],
    ["{}", "csv", 0],
    ["null", "hyperfine", 0],
    ['{"results": [null]}', undefined, 0],
    ['{"jobs": [null, 3]}', "fio", 0],
  ];

  for (const [text, as, at] of flawed)
    expect({ text, read: readReadings(text, as) }).toMatchObject({ read: { ok: false, at } });
});
