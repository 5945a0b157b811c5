import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Ipv4 } from "../base/ipv4.ts";
import type { Mac } from "../base/mac.ts";
import { type KeptLeases, openLeaseLog } from "./lease-log.ts";

const ip = (last: number) => `10.0.0.${last}` as Ipv4;
const mac = (n: number) =>
  `52:54:00:00:${(n >> 8).toString(16).padStart(2, "0")}:${(n & 255).toString(16).padStart(2, "0")}` as Mac;
let home: string;
let path: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "rackhand-leases-"));
  path = join(home, "state", "rack.leases");
});
afterEach(() => rmSync(home, { recursive: true }));

const give = async (log: KeptLeases, mac: Mac, address: Ipv4) => {
  await log.offer(mac, address);
  return log.bind(mac, address, 60);
};
const openLog = (now = 0) => openLeaseLog({ path, pool: { from: ip(10), to: ip(250) }, now: () => now });

test("a lease is on disk when its ACK may go, and holds after a restart", async () => {
  const before = await openLog();

  expect(await give(before, mac(1), ip(20))).toBe("bound");
  expect(readFileSync(path, "utf8")).toContain(ip(20)); // not closed: as after kill -9
  const after = await openLog(1000);

  expect(await after.macAt(ip(20))).toBe(mac(1));
  expect(await give(after, mac(2), ip(20))).toBe("taken");
  await before.close();
  await after.close();
});

test("a refused binding leaves no trace, a release ends the lease", async () => {
  const before = await openLog();
  expect(await before.bind(mac(1), ip(9), 60)).toBe("outside");
  await give(before, mac(1), ip(20));
  await before.release(mac(1), ip(20));
  await before.close();

  const after = await openLog(1);

  expect(await give(after, mac(2), ip(20))).toBe("bound");
  await after.close();
});

test("a line that a power loss cut off is passed over, and the others hold", async () => {
  const before = await openLog();
  await give(before, mac(1), ip(20));
  await before.close();
  appendFileSync(path, '{"mac":"52:54:00:00:00:02","addr');

  const after = await openLog();

  expect(await after.macAt(ip(20))).toBe(mac(1));
  await give(after, mac(2), ip(21));
  await after.close();
  const again = await openLog();
  expect(await again.macAt(ip(21))).toBe(mac(2));
  await again.close();
});

test("two hundred machines at once are all kept, each before its ACK", async () => {
  const log = await openLog();

  const bound = await Promise.all(Array.from({ length: 200 }, (_, i) => give(log, mac(i), ip(10 + i))));

  expect(new Set(bound)).toEqual(new Set(["bound"]));
  expect(readFileSync(path, "utf8").trim().split("\n").length).toBe(200);
  await log.close();
});

test("the log does not grow over restarts: one line a lease", async () => {
  for (let round = 0; round < 5; round += 1) {
    const log = await openLog(round);
    await give(log, mac(1), ip(20));
    await log.close();
  }

  const log = await openLog(9);

  expect(readFileSync(path, "utf8").trim().split("\n").length).toBe(1);
  await log.close();
});

test("a log that grew long is folded while it is used, and nothing is lost", async () => {
  const log = await openLog();
  for (let round = 0; round < 420; round += 1)
    await Promise.all(Array.from({ length: 150 }, (_, i) => give(log, mac(i), ip(20 + i))));
  await log.close();

  expect(statSync(path).size).toBeLessThan(4.2 * 2 ** 20); // 63,000 lines are more
  const after = await openLog(1);
  for (let i = 0; i < 150; i += 1) expect(await after.macAt(ip(20 + i))).toBe(mac(i));
  await after.close();
});

test("a lease whose write failed is not acknowledged, and the file is written anew for the next", async () => {
  const log = await openLog();
  await give(log, mac(1), ip(20));
  const broken = new Error("no space left");
  const handle = await open(path);
  const real = Object.getPrototypeOf(handle) as { appendFile: () => Promise<void> };
  await handle.close();
  const append = vi.spyOn(real, "appendFile").mockRejectedValueOnce(broken);

  await expect(give(log, mac(2), ip(21))).rejects.toBe(broken);
  appendFileSync(path, '{"mac":"52:54:00:00'); // what a half write leaves
  expect(await give(log, mac(3), ip(22))).toBe("bound");

  append.mockRestore();
  const after = await openLog(1);
  expect(await after.macAt(ip(20))).toBe(mac(1));
  expect(await after.macAt(ip(22))).toBe(mac(3));
  await log.close();
  await after.close();
});

test("whether a machine got on once is kept as well", async () => {
  const before = await openLog();
  await give(before, mac(1), ip(20));
  before.gotOn(mac(1));
  await before.bind(mac(1), ip(20), 60);
  await before.close();

  const after = await openLog(1);

  expect(after.isSettled(ip(20))).toBe(true);
  await after.close();
});

test("each lease that is on disk is told", async () => {
  const told: unknown[] = [];
  const pool = { from: ip(10), to: ip(250) };
  const log = await openLeaseLog({ path, pool, now: () => 0, changed: (lease) => told.push(lease) });
  await give(log, mac(1), ip(20));
  await log.release(mac(1), ip(20));
  await log.close();

  expect(told).toEqual([
    { mac: mac(1), address: ip(20), until: 60_000 },
    { mac: mac(1), address: ip(20), until: 0 },
  ]);
});

test("what is on disk holds for the next stage of a boot, and is not written again until a quarter is over", async () => {
  const clock = { now: 0 };
  const pool = { from: ip(10), to: ip(250) };
  const log = await openLeaseLog({ path, pool, now: () => clock.now });
  await log.offer(mac(1), ip(20));
  await log.bind(mac(1), ip(20), 100);
  const lines = () => readFileSync(path, "utf8").trim().split("\n").length;

  clock.now = 24_000;
  expect(await log.bind(mac(1), ip(20), 100)).toBe("bound");
  expect([lines(), log.holdsUntil(ip(20))]).toEqual([1, 100_000]);
  clock.now = 26_000;
  expect(await log.bind(mac(1), ip(20), 100)).toBe("bound");
  expect([lines(), log.holdsUntil(ip(20))]).toEqual([2, 126_000]);
  await log.close();
});

test.each([3, -3])(
  "a clock that is set by %d h in the middle ends no lease and lengthens none; what is on disk is true by the new date",
  async (hours) => {
    const [even, clock] = [{ now: 1_000_000 }, { ahead: 0 }];
    const pool = { from: ip(10), to: ip(10) };
    const clocks = { now: () => even.now, date: () => even.now + clock.ahead };
    const log = await openLeaseLog({ path, pool, ...clocks });
    await give(log, mac(1), ip(10));

    clock.ahead = hours * 3_600_000;
    expect(await give(log, mac(2), ip(10))).toBe("taken");
    even.now += 20_000;
    await log.bind(mac(1), ip(10), 60);
    await log.close();
    const after = await openLeaseLog({ path, pool, now: clocks.date });

    expect(await give(after, mac(2), ip(10))).toBe("taken");
    even.now += 60_000;
    expect(await give(after, mac(2), ip(10))).toBe("bound");
    await after.close();
  },
);

test("a hundred idle leases take less than a mebibyte", async () => {
  const pool = { from: "10.1.0.0" as Ipv4, to: "10.1.255.255" as Ipv4 };
  const log = await openLeaseLog({ path, pool, now: () => 0 });
  const before = process.memoryUsage();
  await Promise.all(
    Array.from({ length: 10_000 }, async (_, i) => {
      const offer = await log.offer(mac(i), undefined);
      await log.bind(mac(i), offer!.address, 60);
    }),
  );

  const after = process.memoryUsage();
  expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(100 * 2 ** 20);
  await log.close();
});
