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

// As criterion 0.5 prints a first and a later run on a terminal: a long name has a line of its own.
const CRITERION = `     Running benches/strings.rs (target/release/deps/strings-9be4b2a1c07f9d3e)
Gnuplot not found, using plotters backend
Benchmarking join 20
Benchmarking join 20: Warming up for 3.0000 s
Benchmarking join 20: Collecting 100 samples in estimated 5.0012 s (8.1M iterations)
Benchmarking join 20: Analyzing
\u001b[32mjoin 20                 \u001b[0mtime:   [612.34 ns \u001b[1m615.20 ns\u001b[0m 618.48 ns]
                        change: [-1.1233% +0.2237% +1.0838%] (p = 0.74 > 0.05)
                        No change in performance detected.
Found 5 outliers among 100 measurements (5.00%)
  5 (5.00%) high mild

Benchmarking split words/of a text that is rather long
split words/of a text that is rather long
                        time:   [1.2345 ms 1.2400 ms 1.2480 ms]
                        thrpt:  [391.34 MiB/s 395.17 MiB/s 398.51 MiB/s]
                 change:
                        time:   [-4.5131% -2.9910% -1.0233%] (p = 0.00 < 0.05)
                        thrpt:  [+1.0339% +3.0832% +4.7264%]
                        Performance has improved.
insert/1000             time:   [25.1 us 26.251 us 27 us]
                        thrpt:  [1.9 Melem/s 2.5 Melem/s 2.6 Melem/s]
`;

test("criterion's estimates are a reading each, in seconds or bytes a second; its interval and changes are none", () => {
  const read = must(readReadings(CRITERION));

  expect(Object.fromEntries(read.metrics)).toEqual({
    "join 20 time": [615.2e-9],
    "split words/of a text that is rather long time": [0.00124],
    "split words/of a text that is rather long thrpt": [395.17 * 2 ** 20],
    "insert/1000 time": [26.251e-6],
    "insert/1000 thrpt": [2.5e6],
  });
  expect(read.notes).toEqual([expect.stringContaining("its interval is no reading")]);
  expect(metrics(CRITERION + CRITERION)["join 20 time"]).toEqual([615.2e-9, 615.2e-9]);
});

test("criterion's sample.json has its times by rounds, its estimates.json one; those of a change are refused", () => {
  const of = (value: number | null) => ({ point_estimate: value, standard_error: 1 });
  const sample = must(readReadings('{"sampling_mode":"Linear","iters":[2.0,4.0],"times":[3000.0,8000.0]}'));
  const estimates = { mean: of(1300), median: of(1200), slope: of(1250), std_dev: of(9) };
  const change = { mean: of(0.01), median: of(0.02) };

  expect([...sample.metrics]).toEqual([["time", [1.5e-6, 2e-6]]]);
  expect(sample.notes).toEqual([expect.stringContaining("of one process")]);
  expect(metrics(JSON.stringify(estimates))).toEqual({ time: [1.25e-6] });
  expect(metrics(JSON.stringify({ ...estimates, slope: null }))).toEqual({ time: [1.3e-6] });
  expect(readReadings(JSON.stringify(change))).toMatchObject({
    flaw: expect.stringContaining("of a change"),
  });
});

// As today's benchstat prints: a benchmark that only the new file has, footnotes, a table for each unit.
const BENCHSTAT = `goos: linux
goarch: amd64
pkg: example.com/words
                 │   old.txt    │              new.txt               │
                 │    sec/op    │   sec/op     vs base               │
Split/size=64-2    46.55n ±  9%   44.40n ± 2%   -4.62% (p=0.001 n=10)
Split/size=4k-2    1.701µ ± ∞ ¹   1.776µ ± ∞ ¹        ~ (p=0.400 n=5)
Join-2                            2.500m ± 1%
geomean            281.4n         280.8n        -0.21%
¹ need >= 6 samples for confidence interval at level 0.95

                 │   old.txt   │              new.txt              │
                 │     B/s     │     B/s      vs base              │
Split/size=64-2    1.282Gi ± 8%  1.344Gi ± 2%  +4.84% (p=0.001 n=10)
`;
const BENCHSTAT_ONE = `        │ now.txt │
        │  B/op   │
Join-2    3.242Ki ± 0%
Empty-2   0.000 ± 0%
`;

test("benchstat's tables give the centre of each cell by its column; means over all and ± are left out", () => {
  const read = must(readReadings(BENCHSTAT));

  expect(Object.fromEntries(read.metrics)).toEqual({
    "Split/size=64-2 sec/op of old.txt": [46.55e-9],
    "Split/size=64-2 sec/op of new.txt": [44.4e-9],
    "Split/size=4k-2 sec/op of old.txt": [1.701e-6],
    "Split/size=4k-2 sec/op of new.txt": [1.776e-6],
    "Join-2 sec/op of new.txt": [0.0025],
    "Split/size=64-2 B/s of old.txt": [1.282 * 2 ** 30],
    "Split/size=64-2 B/s of new.txt": [1.344 * 2 ** 30],
  });
  expect(read.notes).toEqual([expect.stringContaining("± is no reading")]);
  expect(metrics(BENCHSTAT_ONE)).toEqual({ "Join-2 B/op": [3.242 * 1024], "Empty-2 B/op": [0] });
});

test("benchstat's tables of before 2023 are read too: of one file, of two and of three", () => {
  const two = `name      old time/op    new time/op    delta
Split-2   2.77s ± 9%     2.76s ± 9%     ~     (p=0.878 n=8+8)
Join-2    48.9ns ± 9%    47.7ns ± 0%  -2.45%  (p=0.001 n=8+7)

name      old speed      new speed      delta
Split-2   41.0MB/s ± 1%  43.0MB/s ± 1%  +4.88%  (p=0.001 n=8+8)
`;
  const three = `name \\ alloc/op  a.txt        b.txt        c.txt
Split-2           3.32kB ±14%  3.40kB ± 0%  0.00B
Join-2            56.0B ± 0%                56.0B ± 0%
`;

  expect(metrics(two)).toEqual({
    "Split-2 time/op of old": [2.77],
    "Split-2 time/op of new": [2.76],
    "Join-2 time/op of old": [48.9e-9],
    "Join-2 time/op of new": [47.7e-9],
    "Split-2 speed of old": [41e6],
    "Split-2 speed of new": [43e6],
  });
  expect(metrics(three)).toMatchObject({
    "Split-2 alloc/op of b.txt": [3400],
    "Join-2 alloc/op of c.txt": [56],
  });
  expect(metrics(three)["Join-2 alloc/op of b.txt"]).toBeUndefined();
  expect(metrics("name     time/op\nJoin-2   1.20µs ± 2%\n")).toEqual({ "Join-2 time/op": [1.2e-6] });
});

test("what stands where criterion or benchstat have a value is a flaw at its line", () => {
  const table = "        │ a.txt │\n        │ sec/op │\nJoin-2    fast\n";
  const twice = `${BENCHSTAT_ONE}\n${BENCHSTAT_ONE}`;

  expect(readReadings("  time:   [1 ms 2 ms 3 ms]\n")).toMatchObject({ ok: false, at: 1 });
  expect(readReadings("x  time:   [1 h 2 h 3 h]\n")).toMatchObject({ ok: false, at: 1 });
  expect(readReadings(table)).toMatchObject({ ok: false, at: 3 });
  expect(readReadings(twice)).toMatchObject({ flaw: expect.stringContaining("two tables"), at: 8 });
});
