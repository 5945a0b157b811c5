import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { benchesIn } from "../bench/benches.ts";
import type { Run } from "../bench/core/run.ts";
import { benchRunsOf } from "./bench-page.ts";

const state = mkdtempSync(join(tmpdir(), "rackhand-bench-page-"));
afterAll(() => rmSync(state, { recursive: true, force: true, maxRetries: 5 }));
const kept = benchesIn(join(state, "benches"));
const page = benchRunsOf(state);

const keep = (id: string, name: string, iops: number, startedAt: number) => {
  const values = Array.from({ length: 40 }, (_, at) => iops + (at % 5));
  const run: Run = {
    ...{
      format: 1,
      id,
      name,
      job: "quick",
      jobText: "",
      host: "here",
      directory: "/srv",
      condition: "as-found",
    },
    ...{ startedAt, tookMs: 20_000, metrics: { "iops-mean": iops }, latencies: [], notes: [], counters: [] },
    series: [{ name: "read-iops", unit: "iops", startMs: 0, stepMs: 500, values }],
    environment: { settings: { kernel: "6.1" }, before: null, after: null },
  };
  kept.keep(run, new Map());
};

test("runs are listed, the newest first; what is removed is no longer there", async () => {
  keep("first", "old", 100, 1);
  keep("second", "old", 101, 2);
  expect((await page.listBenches({}, "anna")).runs.map(({ id }) => id)).toEqual(["second", "first"]);

  kept.remove("second");

  const { runs } = await page.listBenches({}, "anna");
  expect(runs).toMatchObject([{ id: "first", condition: "as it was found" }]);
  expect(runs[0]!.says).toContain("100 iops on average");
});

test("a run is shown with its pictures; one of another name beside it is compared with it", async () => {
  for (const at of [1, 2, 3, 4, 5]) keep(`a-${at}`, "a", 100 + at / 10, at);
  for (const at of [1, 2, 3, 4, 5]) keep(`b-${at}`, "b", 200 + at / 10, at);

  const alone = await page.showBench({ run: "a-1" }, "anna");
  const both = await page.showBench({ run: "a-1", beside: "b-1,a-1," }, "anna");

  expect(alone.pictures.iops).toContain("<svg");
  expect(alone.pictures.latency).toBeNull(); // it has none
  expect(alone.comparison).toEqual([]);
  expect(alone.lines.join("\n")).toContain("6.1");
  expect(both.pictures.iops).not.toBe(alone.pictures.iops);
  expect(both.comparison[0]).toMatch(/iops-mean/);
  expect(both.comparison.join("\n")).toContain("from none in 8 of 10 comparisons");
});

test.each(["nowhere", "../bisections", ".first", ""])("run %j is told as none", async (run) => {
  await expect(page.showBench({ run }, "anna")).rejects.toMatchObject({ id: "bench.no-run" });
});

test("what is measured now stands first and is drawn so far; what was killed is not shown", async () => {
  const head = {
    id: "now",
    name: "n",
    job: "quick",
    host: "h",
    condition: "as-found",
    startedAt: 9,
  } as const;
  let ms = 0;
  const watched = kept.begin(head, () => ms);
  const before = await page.showBench({ run: "now" }, "anna");
  for (const iops of [100, 200, 26_100]) {
    watched.seen({ percent: 10, iops, left: "00m:09s" });
    ms += 1000;
  }

  const { runs } = await page.listBenches({}, "anna");
  const shown = await page.showBench({ run: "now" }, "anna");

  expect(before).toMatchObject({ run: { says: "begins: it lays out its files" }, pictures: { iops: null } });
  expect(runs[0]).toMatchObject({
    id: "now",
    isUnderWay: true,
    says: "10 % done, 00m:09s left, 26100 iops",
  });
  expect(shown.pictures.iops).toContain("<svg");
  expect(kept.oneUnderWay("now")?.iops).toEqual([
    [0, 100],
    [1, 200],
    [2, 26_100],
  ]);
  const file = join(state, "benches/.now.under-way");
  writeFileSync(file, readFileSync(file, "utf8").replace(`"pid":${process.pid}`, '"pid":4194305')); // beyond pid_max
  expect(kept.underWay()).toEqual([]);
  const next = kept.begin({ ...head, id: "next" }, () => 0);
  expect(existsSync(file)).toBe(false); // the next one takes away what a killed one left
  next.ends();
  expect(readdirSync(join(state, "benches")).filter((name) => name.includes("under-way"))).toEqual([]);
});
