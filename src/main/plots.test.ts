import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { NOTHING_KNOWN } from "../bench/core/environment.ts";
import type { Run } from "../bench/core/run.ts";
import type { PlotAsked } from "../cli/world.ts";
import { benchesOf } from "./benches.ts";
import { plotRuns } from "./plots.ts";

const CAPTURES = join(import.meta.dirname, "../../captures");
const LOG = join(CAPTURES, "plot/fio_iops.1.log"); // 119 windows of fio 3.33
const state = mkdtempSync(join(tmpdir(), "rackhand-plots-"));
afterAll(() => rmSync(state, { recursive: true, force: true, maxRetries: 5 }));

const world = { state, screen: { width: 80, colours: false } };
const ASKED: PlotAsked = {
  ...{ runs: [], kind: undefined, fit: "bezier", metric: undefined },
  ...{ baselineSsd: undefined, baselineHdd: undefined, out: undefined },
};
const plot = (asked: Partial<PlotAsked>) => plotRuns({ ...ASKED, ...asked }, world);

const run = (id: string, more: Partial<Run>): Run => ({
  ...{ format: 1, id, name: "linux", job: "zipf-2x2g", jobText: "", host: "here", directory: "/srv" },
  ...{
    condition: "as-found",
    startedAt: 0,
    tookMs: 1500,
    metrics: {},
    counters: [],
    environment: NOTHING_KNOWN,
    notes: [],
  },
  series: [
    { name: "read-iops", unit: "iops", startMs: 0, stepMs: 500, values: [100, null, 300] },
    { name: "write-iops", unit: "iops", startMs: 0, stepMs: 500, values: [10, 20, 30] },
    { name: "read-latency", unit: "ns", startMs: 0, stepMs: 500, values: [4000, null, 2000] },
  ],
  latencies: [
    {
      way: "read",
      percentiles: [],
      bins: [
        { ns: 1000, count: 3 },
        { ns: 9000, count: 1 },
      ],
    },
  ],
  ...more,
});
const benches = benchesOf(state);
benches.keep(run("1", { condition: "cache-empty" }), new Map());
benches.keep(run("2", { condition: "cache-full", startedAt: 1 }), new Map());
benches.keep(run("3", { name: "ssd" }), new Map());

test("all runs of a name are drawn, each with its condition; reads and writes of a window are one number", () => {
  const { says, answer } = plot({ runs: ["linux"], baselineSsd: "ssd", fit: "none" });

  expect(answer).toMatchObject({
    panels: [
      {
        marks: [
          { as: "band", label: "SSD" },
          {
            as: "scatter",
            label: "linux, cache empty",
            points: [
              [0.25, 110],
              [0.75, 20],
              [1.25, 330],
            ],
          },
          { as: "scatter", label: "linux, cache full of other data" },
        ],
      },
    ],
  });
  expect(says.join("\n")).toContain("● linux, cache empty");
});

test("latency of one run is a map over time, of several how their single requests compare", () => {
  expect(plot({ runs: ["3"], kind: "latency" }).answer).toMatchObject({
    panels: [{ marks: [{ as: "heat" }] }],
  });
  expect(plot({ runs: ["linux"], kind: "latency" }).answer).toMatchObject({
    panels: [
      {
        marks: [
          {
            as: "step",
            points: [
              [1, 0],
              [1, 75],
              [9, 100],
            ],
          },
          { as: "scatter" },
          {},
          {},
        ],
      },
    ],
  });
});

test("a log that fio left is drawn without having been run by us; its file of the same kind again is numbered", () => {
  const { says } = plot({ runs: [LOG, LOG] });

  expect(says[0]).toBe("IOPS over time");
  expect(says.join("\n")).toMatch(/● fio$[\s\S]*× fio \(2\)$/m);
});

test("files of readings are drawn as a distribution; of several metrics one must be named", () => {
  const hyperfine = join(CAPTURES, "bench/hyperfine-one.json");

  expect(plot({ runs: [hyperfine] }).says[0]).toBe("How time is spread");
  expect(() => plot({ runs: [join(CAPTURES, "bench/hyperfine-two.json")] })).toThrow(
    /Say with --metric which/,
  );
  expect(() => plot({ runs: [hyperfine], kind: "iops" })).toThrow(/hyperfine-one has no IOPS over time/);
  expect(() => plot({ runs: [hyperfine, LOG], kind: "distribution" })).toThrow(/no axis in common/);
});

test("--out writes what its ending says, and refuses others before anything is written", () => {
  const at = (name: string) => join(state, name);
  for (const name of ["a.svg", "a.png", "a.csv"]) plot({ runs: [LOG], out: at(name) });

  expect(readFileSync(at("a.svg"), "utf8")).toMatch(/^<svg xmlns/);
  expect(readFileSync(at("a.png")).subarray(1, 4).toString()).toBe("PNG");
  expect(readFileSync(at("a.csv"), "utf8").split("\n").length).toBeGreaterThan(300); // windows and the line
  expect(() => plot({ runs: [LOG], out: at("a.gif") })).toThrow(/neither in .svg/);
  expect(() => plot({ runs: [LOG], out: at("no/where.svg") })).toThrow(/cannot be written/);
});

test("what is no run and no file, or no log at all, is said; so is a log of what is not drawn", () => {
  expect(() => plot({ runs: ["nothing"] })).toThrow(/No run is called "nothing"/);
  expect(() => plot({ runs: [join(CAPTURES, "plot/gnuplot-bezier.txt")] })).toThrow(
    /There are no readings in/,
  );
});
