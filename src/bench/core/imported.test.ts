import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { must } from "../../base/read.ts";
import { importFiles } from "./imported.ts";

const captures = join(import.meta.dirname, "../../../captures/bench");
const file = (path: string) => ({
  name: path.split("/").at(-1)!,
  text: readFileSync(join(captures, path), "utf8"),
});
const LOGS = ["run_iops.1.log", "run_iops.2.log", "run_lat.1.log", "run_lat.2.log"];
const logs = LOGS.map((name) => file(`two-readers/${name}`));

test("fio's JSON and its logs are the run that bench run would have kept", () => {
  const run = must(importFiles([file("two-readers/out.json"), ...logs], undefined));

  expect(run.series[0]).toMatchObject({ name: "read-iops", stepMs: 500 });
  expect(run.series[0]!.values).toHaveLength(6);
  expect(run.metrics["iops-mean"]).toBeCloseTo(59540 / 3.004 + 60842 / 3.003, 3);
});

test("logs alone are a series, and say what they lack", () => {
  const run = must(importFiles(logs, undefined));

  expect(run.series.map(({ name }) => name)).toEqual(["read-iops"]);
  expect(run.metrics["iops-mean"]).toBeGreaterThan(30_000);
  expect(run.notes).toEqual(["of logs alone: fio leaves its last, unfinished window out of them"]);
});

test("other programs' readings are kept each, with their median as the metric", () => {
  const run = must(importFiles([file("hyperfine-one.json")], undefined));

  expect(run.readings!.time).toHaveLength(8);
  expect(run.metrics.time).toBeGreaterThan(0);
  expect(must(importFiles([file("go-test-bench.txt")], undefined)).readings).not.toEqual({});
});

test("what keeps no single readings is kept as the one value that it has, with a note of that", () => {
  const text = "join 20                 time:   [612.34 ns 615.20 ns 618.48 ns]\n";
  const run = must(importFiles([{ name: "bench.txt", text }], undefined));

  expect(run).toMatchObject({ readings: { "join 20 time": [615.2e-9] }, job: "import" });
  expect(run.notes).toEqual([expect.stringContaining("one reading")]);
});

test("a log of single requests, a failed run, a latency log alone and two runs at once are told", () => {
  const single = { name: "run_iops.1.log", text: "0, 1, 0, 4096, 0\n0, 1, 0, 4096, 0\n1, 1, 0, 4096, 0\n" };
  const why = (...files: Parameters<typeof importFiles>[0]) => importFiles(files, undefined);

  expect(why(single)).toMatchObject({ flaw: expect.stringContaining("a line for each request") });
  expect(why(file("fio-failed.json"))).toMatchObject({ flaw: expect.stringContaining("error 28") });
  expect(why(logs[2]!)).toMatchObject({ flaw: "there is no iops log among them" });
  expect(why(file("hyperfine-one.json"), file("fio-failed.json"))).toMatchObject({ ok: false });
  expect(importFiles([file("hyperfine-one.json")], "fio").ok).toBe(false);
});
