import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { benchesIn } from "../bench/benches.ts";
import type { Run } from "../bench/core/run.ts";
import { replay } from "../bisect/core/replay.ts";
import { reportOf } from "../bisect/core/report.ts";
import { html } from "../bisect/core/report-html.ts";
import { standing } from "../bisect/core/told.ts";
import { begun, id, reading } from "../bisect/testing/lines.ts";
import { curvesOf, withSurroundings } from "./bisection-bench.ts";

const place = mkdtempSync(join(tmpdir(), "rackhand-curves-"));
afterAll(() => rmSync(place, { recursive: true, force: true, maxRetries: 5 }));
const kept = benchesIn(place);

const keep = (run: string, iops: number, governor: string, profile = "quick") =>
  kept.keep(
    {
      ...{ format: 1, id: run, name: run, job: profile, jobText: "", host: "here", directory: "/srv" },
      ...{
        condition: "as-found",
        startedAt: 1,
        tookMs: 1,
        metrics: {},
        latencies: [],
        counters: [],
        notes: [],
      },
      series: [{ name: "read-iops", unit: "iops", startMs: 0, stepMs: 500, values: [iops, iops + 1, iops] }],
      environment: { settings: { kernel: run, governor }, before: null, after: null },
    } satisfies Run,
    new Map(),
  );

const job = { name: "quick", text: "" };
const state = replay([
  begun(3, { oracle: { is: "bench", job, set: [], metric: "iops-mean" } }),
  reading(0, 100, { run: "r-old" }),
  reading(3, 200, { run: "r-new" }),
  reading(1, 100, { run: "r-one" }),
  reading(2, 200, { run: "r-two" }),
]);
const NOT_ASKED = { shown: null, subjects: new Map(), parents: [] };
const effect = { mean: 100, low: 99, high: 101 };
const outcome = { is: "found", commits: [id(2)], probability: 0.999, effect } as const;
const stood = standing(state, { do: "end", chances: [0, 1, 0], outcome }, new Map());

test("a search by fio is reported with the curves of the deciding versions, and what else was not alike", () => {
  keep("r-old", 100, "powersave");
  keep("r-one", 100, "powersave");
  keep("r-two", 200, "performance");
  keep("r-new", 200, "performance");

  const report = withSurroundings(state, reportOf(state, stood, NOT_ASKED), kept);
  const [curves, ...more] = curvesOf(state, report, kept);

  expect(curves?.match(/>000000000000</g)).toHaveLength(4); // old end, before the change, from it on, new end
  expect(more).toEqual([]);
  const apart = report.uncontrolled.join("\n");
  expect(apart).toMatch(/powersave.*performance/);
  expect(apart).not.toContain("r-old"); // another kernel is what was looked for
  expect(html(report, { ...doubt, probability: [0, 1, 0] }, [curves!])).toContain("Not controlled");
});

test("where the runs are gone, there are no curves and no claim about them", () => {
  for (const run of kept.ids()) kept.remove(run);
  const plain = reportOf(state, stood, NOT_ASKED);

  expect(curvesOf(state, plain, kept)).toEqual([]);
  expect(withSurroundings(state, plain, kept).uncontrolled).toEqual(plain.uncontrolled);
});

const doubt = { old: "v1", new: "v2", unit: "reading", readings: [] };

test("what the SSD and the disk alone did there are bands in the curves, each by its last run", () => {
  keep("r-new", 200, "performance");
  expect(curvesOf(state, reportOf(state, stood, NOT_ASKED), kept).join()).not.toContain(">SSD<");
  keep("ssd", 900, "performance", "baseline-ssd");
  keep("hdd", 20, "performance", "baseline-hdd");

  const [curves] = curvesOf(state, reportOf(state, stood, NOT_ASKED), kept);

  expect(curves).toContain(">SSD<");
  expect(curves).toContain(">HDD<");
});
