import { expect, test } from "vitest";
import { NOTHING_KNOWN } from "./environment.ts";
import type { Run } from "./run.ts";
import { runLines, runSentence } from "./told.ts";

const rates = (values: readonly number[]) => ({
  name: "read-iops",
  unit: "iops" as const,
  ...{ startMs: 0, stepMs: 500, values },
});
const run = (values: readonly number[], more: Partial<Run> = {}): Run => ({
  ...{ format: 1, id: "1", name: "quick", job: "quick", jobText: "", host: "db1", directory: "/srv" },
  ...{
    condition: "as-found",
    startedAt: 0,
    tookMs: 1,
    series: [rates(values)],
    metrics: { "iops-mean": 900 },
  },
  ...{ latencies: [], counters: [], environment: NOTHING_KNOWN, notes: [], ...more },
});
const level = Array<number>(40).fill(900);

test("a run's last line says from when it was steady, or why it was not", () => {
  const climb = level.map((value, at) => value + 50 * at);

  expect(runLines(run(level)).at(-1)).toBe("read-iops: steady from 0 ms on, at 900 iops.");
  expect(runLines(run(climb)).at(-1)).toMatch(/^read-iops: not steady: .* may\)/);
  expect(runSentence(run(level))).toContain("900 iops on average, steady: run 1");
  expect(runSentence(run(climb))).toContain(", not steady: run 1");
});

test("what surrounded a run is told, and what disturbed it is a note", () => {
  const busy = [{ name: "backup", part: 0.42 }];
  const before = { load: 0.5, hottest: 41.2, throttled: 0, rebuilding: false, diskBytesPerSecond: 0, busy };
  const environment = { settings: { kernel: "6.1", scheduler: "none" }, before, after: null };

  const lines = runLines(run(level, { environment })).join("\n");

  expect(lines).toMatch(/kernel +6\.1/);
  expect(lines).toMatch(/I\/O scheduler +none/);
  expect(lines).toMatch(/before +load 0\.5, hottest sensor 41 °C, backup 42 % of a processor/);
  expect(lines).toContain("Note: backup was busy beside the bench.");
});
