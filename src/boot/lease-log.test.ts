import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
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
