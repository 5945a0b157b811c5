import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { must } from "../../src/base/read.ts";
import { benchesIn } from "../../src/bench/benches.ts";
import { prepareJob } from "../../src/bench/core/job-text.ts";
import { PROFILES } from "../../src/bench/core/profiles.ts";
import type { Run } from "../../src/bench/core/run.ts";
import { type Measuring, measure, measureOnce, requireFio } from "../../src/bench/measure.ts";
import { runFio } from "../../src/bench/run-fio.ts";
import { here } from "../../src/host/here.ts";
import { overSsh } from "../../src/host/over-ssh.ts";
import { type SshServer, startSshServer } from "../support/ssh-server.ts";
import { noSshd } from "../support/sshd.ts";

const noFio = existsSync("/usr/bin/fio") ? undefined : "no fio (package fio)";
vi.setConfig({ testTimeout: 180_000 }); // real runs on a machine that does other things besides
const room = mkdtempSync(join(tmpdir(), "rackhand-bench-test-"));
const kept = join(room, "kept");
const at = join(room, "at it's work"); // an odd name, as people have them
beforeAll(() => void execFileSync("mkdir", [at]));
afterAll(() => rmSync(room, { recursive: true, force: true, maxRetries: 5 }));

const small = (more: Record<string, string> = {}): Measuring => ({
  job: { name: "quick", text: PROFILES.quick!.job },
  set: Object.entries({ size: "4m", runtime: "2s", direct: "0", ...more }).map(([name, value]) => ({
    name,
    value,
  })),
  ...{ name: "quick", condition: "as-found", directory: at, anyFileSystem: true, withinMs: 60_000 },
});
const by = (signal = new AbortController().signal, tell: (what: string) => void = () => {}) => ({
  ...{ benches: benchesIn(kept), now: Date.now, newId: () => randomUUID().slice(0, 8), signal, tell },
});

/** fio's processes that work below the directory: each is a session of its own, so no group has them all. */
const working = (): string[] =>
  readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(at);
    } catch {
      return false; // ended meanwhile, or none of ours
    }
  });

describe.skipIf(noFio !== undefined)(`fio itself${noFio === undefined ? "" : `: skipped, ${noFio}`}`, () => {
  test("a run is kept in figures and raw, and nothing stays where it was measured", async () => {
    const run = await measure(here("here"), small(), by());

    expect(run.metrics["iops-mean"]).toBeGreaterThan(0);
    expect(run.environment?.settings.fio).toMatch(/^fio-\d/);
    expect(run.series.map(({ name }) => name)).toEqual(["read-iops", "read-latency"]);
    expect(run.series[0]!.values.length).toBeGreaterThanOrEqual(4);
    expect(benchesIn(kept).all()).toContainEqual(JSON.parse(JSON.stringify(run)));
    expect(readdirSync(join(kept, run.id, "raw"))).toContain("run_iops.2.log.gz");
    expect(readdirSync(at)).toEqual([]);
  });

  test("every request that fio counted lies in the map of latencies over time, once", async () => {
    const run = await measure(here("here"), small({ log_avg_msec: "100" }), by());

    const [map] = run.maps!;
    const mapped = map!.columns.flat().reduce((sum, count) => sum + count, 0);
    const counted = run.latencies[0]!.bins.reduce((sum, { count }) => sum + count, 0);
    expect([mapped, map!.stepMs]).toEqual([counted, 100]);
    expect(map!.columns.filter((column) => column.some((count) => count > 0)).length).toBeGreaterThan(5);
  });

  test("while it runs, whoever looks at the same directory sees its IOPS grow, and nothing of it afterwards", async () => {
    const told: string[] = [];
    const seen: number[] = [];
    const others = benchesIn(kept);
    const running = measure(
      here("here"),
      small({ runtime: "6s" }),
      by(undefined, (what) => told.push(what)),
    );
    const looking = setInterval(() => seen.push(...others.underWay().map(({ iops }) => iops.length)), 100);

    const run = await running.finally(() => clearInterval(looking));

    expect(Math.max(...seen)).toBeGreaterThanOrEqual(3);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(told.at(-1)).toMatch(/% done, .* left, [\d.]+ iops ▕.*█▏$|% done, 00m:00s left/);
    expect([others.underWay(), others.oneUnderWay(run.id)]).toEqual([[], undefined]);
  });

  test("as many requests as fio counted lie on the grid", async () => {
    const run = await measure(here("here"), small({ log_avg_msec: "100" }), by());

    const { values, stepMs } = run.series[0]!;
    const seconds = (values.length * stepMs) / 1000;
    const summed = values.reduce<number>((sum, value) => sum + ((value ?? 0) * stepMs) / 1000, 0);
    expect(summed / seconds / run.metrics["iops-mean"]!).toBeGreaterThan(0.8);
    expect(summed / seconds / run.metrics["iops-mean"]!).toBeLessThan(1.25);
  });

  test("called off in the middle, no process and no file of it is left, and nothing is kept", async () => {
    const stop = new AbortController();
    const before = benchesIn(kept).all().length;
    const running = measure(here("here"), small({ runtime: "60s" }), by(stop.signal));
    const settled = expect(running).rejects.toThrow("called off");
    await vi.waitUntil(() => working().length >= 3, 60_000); // the first one and the two that read

    stop.abort(new Error("called off"));
    await settled;

    expect(working()).toEqual([]);
    expect(readdirSync(at)).toEqual([]);
    expect(benchesIn(kept).all()).toHaveLength(before);
  });

  test("a job that takes longer than it may is no run", async () => {
    const late = { ...small({ runtime: "60s" }), withinMs: 1500 };

    await expect(measure(here("here"), late, by())).rejects.toMatchObject({ id: "bench.fio-failed" });

    expect(working()).toEqual([]);
    expect(readdirSync(at)).toEqual([]);
  });

  test("an absolute file name lies below the directory all the same", async () => {
    const mine = join(room, "precious");
    writeFileSync(mine, "precious");
    const writing = { ...small({ rw: "write", filename: mine }) };

    await measure(here("here"), writing, by());

    expect(readFileSync(mine, "utf8")).toBe("precious");
    expect(readdirSync(at)).toEqual([]);
  });

  test("an option that fio does not know, and a directory that is not there, say so in its words", async () => {
    const nowhere = { ...small(), directory: join(room, "nowhere") };

    const bogus = expect(measure(here("here"), small({ bogus: "3" }), by()));
    await bogus.rejects.toMatchObject({ says: expect.stringContaining("bogus") });
    await expect(measure(here("here"), nowhere, by())).rejects.toMatchObject({ id: "bench.directory" });
  });

  test.skipIf(process.getuid?.() !== 0)(
    "a full directory is trouble, never a reading (as root)",
    async () => {
      const full = join(room, "full");
      execFileSync("mkdir", [full]);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", full]);
      try {
        const asked = { ...small(), directory: full, metric: "iops-mean" };

        const answer = await measureOnce(here("here"), asked, by());

        expect(answer).toMatchObject({ is: "trouble", why: expect.stringContaining("are free") });
        const { text } = must(prepareJob(PROFILES.quick!.job, small().set, 500));
        const { signal } = by();
        const wish = { id: "full", job: text, directory: full, withinMs: 60_000, signal, seen: () => {} };
        await expect(runFio(here("here"), wish)).rejects.toMatchObject({
          says: expect.stringContaining("No space left"),
        });
        expect(readdirSync(full)).toEqual([]);
      } finally {
        execFileSync("umount", [full]);
      }
    },
  );

  test("one metric is what a bisection reads; one that is not there is named", async () => {
    const read = await measureOnce(here("here"), { ...small(), metric: "latency-p99" }, by());
    const none = await measureOnce(here("here"), { ...small(), metric: "cache-read-hit-ratio" }, by());

    expect(read).toMatchObject({ is: "read", value: expect.any(Number), runId: expect.any(String) });
    expect(none).toMatchObject({
      is: "trouble",
      why: expect.stringContaining("has no metric"),
      again: false,
    });
  }, 90_000);
});

test("a directory that is not a disk's is refused, unless that is what is measured", async () => {
  const shared = { ...small(), directory: "/dev/shm", anyFileSystem: false };

  await expect(measure(here("here"), shared, by())).rejects.toMatchObject({ id: "bench.directory-odd" });
});

test("a host without fio is told how to get it", async () => {
  const bare = { ...here("bare"), run: () => here().run({ argv: ["/no/fio"], withinMs: 1000 }) };

  await expect(requireFio(bare, false, by())).rejects.toMatchObject({
    ...{ id: "bench.fio-missing", remedy: expect.stringContaining("apt-get install fio") },
  });
});

describe.skipIf((noFio ?? noSshd) !== undefined)(
  `over ssh${noSshd === undefined ? "" : `: skipped, ${noSshd}`}`,
  () => {
    let server: SshServer;
    beforeAll(async () => {
      server = await startSshServer();
    });
    afterAll(() => server.stop());

    test("a host over ssh is measured as this one is, and called off as well", async () => {
      const host = overSsh("one", { config: server.config });
      try {
        const run: Run = await measure(host, small(), by());
        const stop = new AbortController();
        const running = measure(host, small({ runtime: "60s" }), by(stop.signal));
        const settled = expect(running).rejects.toThrow("called off");
        await vi.waitUntil(() => working().length >= 3, 60_000);
        stop.abort(new Error("called off"));
        await settled;

        expect(run).toMatchObject({ host: "one", directory: at });
        expect(run.series[0]!.values.length).toBeGreaterThanOrEqual(4);
        expect(working()).toEqual([]);
        expect(readdirSync(at)).toEqual([]);
      } finally {
        await host.close();
      }
    }, 180_000); // nine commands a run, each a login's worth of work
  },
);
