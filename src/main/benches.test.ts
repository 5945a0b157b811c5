import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { commandLine } from "../../test/support/command-line.ts";
import { benchesIn } from "../bench/benches.ts";
import type { Condition, Run } from "../bench/core/run.ts";

const captures = join(import.meta.dirname, "../../captures/bench");
const state = mkdtempSync(join(tmpdir(), "rackhand-benches-"));
beforeAll(() => void vi.stubEnv("RACKHAND_STATE", state));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(state, { recursive: true, force: true, maxRetries: 5 });
});
const rackhand = commandLine(() => "http://127.0.0.1:9");
const bench = (...words: string[]) => rackhand("bench", ...words);

const kept = benchesIn(join(state, "benches"));
const moment = {
  load: 0,
  hottest: null,
  throttled: null,
  rebuilding: false,
  diskBytesPerSecond: 0,
  busy: [],
};
const keep = (id: string, name: string, iops: number, condition: Condition, kernel: string) => {
  const run: Run = {
    ...{ format: 1, id, name, job: "quick", jobText: "", host: "here", directory: "/srv", condition },
    ...{ startedAt: 0, tookMs: 1, series: [], metrics: { "iops-mean": iops }, latencies: [], notes: [] },
    counters: [{ name: "device-reads", unit: "requests", before: 5, after: 5 + iops }],
    environment: { settings: { kernel }, before: moment, after: null },
  };
  kept.keep(run, new Map());
};

test("runs are compared by their name, and a warning says what else was not alike", async () => {
  for (const [at, iops] of [100, 101, 99, 100, 102].entries()) {
    keep(`old-${at}`, "old", iops, "as-found", "4.11");
    keep(`new-${at}`, "new", 2 * iops, "as-found", "4.12");
  }

  const came = await bench("compare", "old", "new", "--metric", "iops-mean");
  const counted = await bench("compare", "old", "new", "--metric", "device-reads");

  expect([came.code, counted.code]).toEqual([1, 1]);
  expect(came.out).toContain("iops-mean is different by more than 5 %: B lies 100.0 % above A");
  expect(came.out).toContain("Warning: The kernel differs: 4.11 in A, 4.12 in B.");
});

test("runs that began in several conditions are one side only when it is said which", async () => {
  for (const at of [0, 1, 2, 3]) {
    keep(`e-${at}`, "cached", 100 + at, "cache-empty", "6.1");
    keep(`f-${at}`, "cached", 900 + at, "cache-full", "6.1");
  }

  const both = await bench("compare", "cached", "cached", "--metric", "iops-mean");
  const each = await bench("compare", "cached@cache-empty", "cached@cache-full", "--metric", "iops-mean");

  expect([both.code, each.code]).toEqual([2, 1]);
  expect(both.err).toContain("cached@cache-empty, cached@cache-full");
});

test("an import is listed, shown, compared and removed, its files with it", async () => {
  const imported = await bench("import", join(captures, "hyperfine-one.json"), "--name", "ours", "--json");
  const { id } = JSON.parse(imported.out);

  expect((await bench("list")).out).toContain(`run ${id}`);
  expect((await bench("show", id)).out).toContain("condition: not known, imported");
  expect((await bench("compare", id, "ours", "--metric", "time")).code).not.toBe(1);
  expect(readdirSync(join(state, "benches", id, "raw"))).toEqual(["hyperfine-one.json.gz"]);
  expect((await bench("remove", id)).code).toBe(0);
  expect((await bench("remove", id)).code).toBe(1);
  expect((await bench("show", id)).err).toContain("[bench.no-run]");
});

test("a job, a setting and a name that are none are wrong use, before anything is touched", async () => {
  const odd = join(state, "odd.fio");
  writeFileSync(odd, "[a]\nstonewall\n");

  expect((await bench("run", "nonsense")).err).toContain("zipf-2x2g");
  expect((await bench("run", "quick", "--set", "size")).err).toContain('"size" is no setting');
  expect((await bench("run", "quick", "--name", "../x")).err).toContain("is no name");
  expect((await bench("run", odd)).err).toContain("[bench.");
  expect((await bench("compare", "no-such", "other")).err).toContain("[bench.no-run]");
  expect((await bench("import", join(state, "none.json"))).err).toContain("[bench.unreadable]");
});

test("what is half written or of somebody else is no run", async () => {
  writeFileSync(join(state, "benches", "note.txt"), "mine");

  expect(kept.all().every(({ format }) => format === 1)).toBe(true);
  expect(kept.remove("../benches")).toBe(false);
});

test("profiles are listed with their text", async () => {
  expect((await bench("profiles")).out).toMatch(/^zipf-2x2g +two processes/);
  expect(JSON.parse((await bench("profiles", "--json")).out).quick.job).toContain("zipf:1.2");
});
