import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { conditionOf, countersOf, readCounters } from "./counters.ts";

const vda = readFileSync(join(import.meta.dirname, "../../../captures/bench/counters-vda.txt"), "utf8");

/** In the form that Linux documents: Documentation/admin-guide/device-mapper/cache.rst. */
const cached = (used: number, hits: number) => `== device
253:3
== disk
 253 3 dm-3 100 0 800 5 0 0 0 0 0 5 5
== io-pressure
== beneath
vg-cached
vg-cached_cdata
== cache
vg-other: 0 8388608 cache 8 1/1024 128 7/7 7 7 7 7 7 7 7 1 writethrough 2 migration_threshold 2048 smq 0 rw -
vg-cached: 0 8388608 cache 8 164/1024 128 ${used}/8192 ${hits} 50 3 4 5 6 7 1 writeback 2 migration_threshold 2048 smq 0 rw -
`;

test("the disk under the directory, and how long tasks waited for any", () => {
  const counts = readCounters(vda);

  expect(counts.get("device-reads")).toEqual({ unit: "requests", value: expect.any(Number) });
  expect(counts.get("device-reads")!.value).toBeGreaterThan(1_000_000);
  expect(counts.get("io-stalled-some")!.unit).toBe("us");
  expect(counts.has("cache-read-hits")).toBe(false);
});

test("only the dm-cache under the directory counts, and a counter is how far it grew", () => {
  const counters = countersOf(readCounters(cached(100, 1000)), readCounters(cached(8192, 1900)));

  expect(counters).toContainEqual({ name: "cache-read-hits", unit: "blocks", before: 1000, after: 1900 });
  expect(counters).toContainEqual({ name: "cache-dirty", unit: "blocks", before: 7, after: 7 });
  expect(counters).toContainEqual({ name: "cache-used", unit: "blocks", before: 100, after: 8192 });
});

test("a host that says nothing has no counters", () => {
  expect(readCounters("").size).toBe(0);
  expect(readCounters("== device\n\n== disk\n== io-pressure\n== beneath\n== cache\n").size).toBe(0);
});

test("how full a cache was is what dm-cache says; a profile's hope counts only where there is none", () => {
  const at = (used: number) => conditionOf("cache-empty", readCounters(cached(used, 0)));

  expect([at(0), at(400)]).toEqual([{ condition: "cache-empty" }, { condition: "cache-empty" }]);
  expect(at(420)).toMatchObject({ condition: "as-found", note: expect.stringContaining("5 %") });
  expect(at(8192)).toEqual({
    condition: "cache-full",
    note: expect.stringContaining("100 % of the dm-cache"),
  });
  expect(at(4096)).toMatchObject({ condition: "as-found", note: expect.stringContaining("50 %") });
  expect(conditionOf("cache-empty", readCounters(vda)).note).toContain("no dm-cache was seen");
  expect(conditionOf("as-found", readCounters(vda))).toEqual({ condition: "as-found" });
});
