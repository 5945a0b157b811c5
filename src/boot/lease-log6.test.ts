import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ip6 } from "../../test/support/dhcp6-requests.ts";
import { openLeaseLog6 } from "./lease-log6.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "rackhand-leases6-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const FIRST = ip6("2001:db8::10");
const openLog = (now = 0) =>
  openLeaseLog6({
    path: join(home, "a.log"),
    pool: { from: FIRST, to: ip6("2001:db8::1f") },
    ...{ except: ip6("2001:db8::1"), now: () => now },
  });

test("an IPv6 lease is on disk when its REPLY may go, and holds after a restart", async () => {
  const before = await openLog();

  expect(await before.bind("a", FIRST, 60)).toBe("bound");
  expect(readFileSync(join(home, "a.log"), "utf8")).toContain(FIRST); // not closed: as after kill -9
  const after = await openLog(1000);

  expect(await after.ownerAt(FIRST)).toBe("a");
  expect(await after.bind("b", FIRST, 60)).toBe("taken");
  await before.close();
  await after.close();
});

test("a refused binding leaves no trace, and a line that a power loss cut off is passed over", async () => {
  const before = await openLog();
  expect(await before.bind("a", ip6("2001:db8::99"), 60)).toBe("outside");
  await before.bind("a", FIRST, 60);
  await before.close();
  appendFileSync(join(home, "a.log"), '{"owner":"b","addre');

  const after = await openLog(1000);

  expect(readFileSync(join(home, "a.log"), "utf8").trim().split("\n")).toHaveLength(1);
  expect(await after.ownerAt(FIRST)).toBe("a");
  await after.close();
});

test("an address that was given back stays its owner's over a restart: the loader goes on with it", async () => {
  const before = await openLog();
  await before.bind("a", FIRST, 3600);
  await before.release("a", FIRST);

  const after = await openLog(300_000);

  expect(await after.bind("b", FIRST, 60)).toBe("taken");
  await before.close();
  await after.close();
});
