import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Observed } from "../base/event.ts";
import { Fault } from "../base/fault.ts";
import { lastRunsIn } from "../check/kept-runs.ts";
import { here } from "../host/here.ts";
import type { Host } from "../host/host.ts";
import { holdLock } from "../process/hold-lock.ts";
import { type CheckSettings, checks } from "../settings/core/checks.ts";
import { CheckWatch } from "./check-watch.ts";
import { keptChecks } from "./kept-checks.ts";

const HOUR = 3_600_000;
let place: string;
const opened: CheckWatch[] = [];
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "rackhand-watch-"));
  const lamp = {
    id: "lamp",
    says: "s",
    because: "b",
    run: `cat ${place}/lamp`,
    healthy: "^lit$",
    remedy: "Mend it.",
  };
  writeFileSync(join(place, "lamp.json"), JSON.stringify(lamp));
});
afterEach(async () => {
  for (const watch of opened.splice(0)) await watch.stop();
  rmSync(place, { recursive: true });
});

const lampIs = (word: string) => writeFileSync(join(place, "lamp"), `${word}\n`);
const schedule = (more: object = {}): CheckSettings =>
  checks.parse({
    ...{ name: "hourly", hosts: ["root@web1"], every: "1h", rules: ["lamp"] },
    ...{ "rules-directory": place, ...more },
  });

function setUp({ schedules = [schedule()], host = (name: string): Host => here(name) } = {}) {
  const at = { now: 10 * HOUR, isStoreAway: false };
  const told: Observed[] = [];
  const troubles: unknown[] = [];
  const asked: string[] = [];
  const open = () => {
    const watch = new CheckWatch({
      state: place,
      schedules: () => schedules,
      acknowledged: async ({ baseline }) =>
        baseline === undefined ? [] : keptChecks(place, () => at.now).read(baseline),
      machines: async () => new Set(["web1"]),
      observed: async (events) => {
        if (at.isStoreAway) throw new Error("the store is away");
        told.push(...events);
      },
      now: () => at.now,
      troubled: (error) => troubles.push(error),
      openHosts: ({ hosts }) =>
        hosts.map((name) => ({
          name,
          open: () => {
            asked.push(name);
            return host(name);
          },
        })),
    });
    opened.push(watch);
    return watch;
  };
  return { open, at, told, troubles, asked };
}
const kinds = (told: readonly Observed[]) => told.map(({ kind, machine }) => [kind, machine]);

test("a schedule runs when it is due, and a service that is started again does not begin anew", async () => {
  lampIs("lit");
  const { open, at, asked } = setUp();
  const watch = open();

  await watch.look();
  at.now += HOUR - 1;
  await watch.look();
  await open().look();
  expect(asked).toEqual(["root@web1"]);
  at.now += 1;
  await open().look();

  expect(asked).toHaveLength(2);
  expect(await watch.schedules()).toMatchObject([
    { name: "hourly", hosts: 1, everyMs: HOUR, isRunning: false },
  ]);
});

test("a new failure is told once, on the machine's timeline, and so is its end", async () => {
  const { open, at, told } = setUp();
  const watch = open();
  for (const word of ["lit", "dark", "dark", "lit", "lit"]) {
    lampIs(word);
    await watch.look();
    at.now += HOUR;
  }

  expect(kinds(told)).toEqual([
    ["check.failed", "web1"],
    ["check.passed", "web1"],
  ]);
  expect(told[0]).toMatchObject({
    at: 11 * HOUR,
    detail: { host: "root@web1", rule: "lamp", since: 11 * HOUR },
  });
  expect(told[1]).toMatchObject({ at: 13 * HOUR, detail: { since: 11 * HOUR } });
  expect((await lastRunsIn(join(place, "checks/runs"))()).get("root@web1")).toMatchObject({ by: "hourly" });
});

test("what cannot be reached is no verdict, and the other hosts go on", async () => {
  lampIs("dark");
  const schedules = [schedule({ hosts: ["root@web1", "db1"] })];
  const { open, told } = setUp({
    schedules,
    host: (name) =>
      name === "db1"
        ? here(name)
        : {
            ...here(name),
            run: async () => Promise.reject(new Fault("host.unreachable", { host: name, why: "x" })),
          },
  });

  await open().look();

  expect(told.map(({ detail }) => detail?.host)).toEqual(["db1"]);
  expect((await lastRunsIn(join(place, "checks/runs"))()).get("root@web1")?.trouble).toContain(
    "host.unreachable",
  );
});

test("a schedule's baseline says what may stay, and one that cannot be read is its trouble", async () => {
  lampIs("dark");
  const baseline = join(place, "may-stay");
  const { open, told, troubles, at, asked } = setUp({ schedules: [schedule({ baseline })] });
  const word = {
    host: "root@web1",
    rule: "lamp",
    cause: "unlike",
    reason: "r",
    until: "2030-01-01",
    by: "b",
  };
  writeFileSync(baseline, JSON.stringify({ acknowledged: [word] }));

  await open().look();
  const quiet = [...told];
  writeFileSync(baseline, "{");
  at.now += HOUR;
  await open().look();

  expect(quiet).toEqual([]);
  expect(asked).toHaveLength(1);
  expect(troubles).toMatchObject([{ id: "check.baseline-wrong" }]);
});

test("what could not be told is told by the next run", async () => {
  lampIs("dark");
  const { open, at, told } = setUp();

  at.isStoreAway = true;
  await open().look();
  at.isStoreAway = false;
  at.now += HOUR;
  await open().look();

  expect(kinds(told)).toEqual([["check.failed", "web1"]]);
});

test("a host that somebody asks or mends by hand is waited for", async () => {
  lampIs("lit");
  const { open, asked } = setUp();
  const watch = open();
  await watch.look(); // makes the place
  const lock = await holdLock(join(place, "checks/locks/root%40web1"), 1000);
  const { at } = (await lastRunsIn(join(place, "checks/runs"))()).get("root@web1")!;

  rmSync(join(place, "checks/schedules.json"));
  const looking = open().look();
  await expect.poll(() => asked.length).toBe(2); // its turn came
  const meanwhile = readFileSync(join(place, "checks/runs/root%40web1.jsonl"), "utf8");
  await lock.release();
  await looking;

  expect(meanwhile.trim().split("\n")).toHaveLength(1);
  expect(readFileSync(join(place, "checks/runs/root%40web1.jsonl"), "utf8").trim().split("\n")).toHaveLength(
    2,
  );
  expect(at).toBe(10 * HOUR);
});

test("a rule that is not there is the schedule's trouble, and other schedules go on", async () => {
  lampIs("lit");
  const schedules = [schedule({ rules: ["lmap"] }), schedule({ name: "right" })];
  const { open, troubles, asked } = setUp({ schedules });
  const watch = open();

  await watch.look();

  expect(asked).toEqual(["root@web1"]);
  expect(await watch.schedules()).toMatchObject([
    { name: "hourly", trouble: expect.stringContaining('"lmap"') },
    { name: "right", trouble: null },
  ]);
  expect(troubles).toHaveLength(1);
});

test("a state that is half written makes a schedule run once more, and no harm", async () => {
  lampIs("lit");
  const { open, asked } = setUp();
  await open().look();
  writeFileSync(join(place, "checks/schedules.json"), '{"hourly":{"at');

  await open().look();

  expect(asked).toHaveLength(2);
});
