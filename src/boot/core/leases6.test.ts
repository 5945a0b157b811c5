import { expect, test } from "vitest";
import { ip6 } from "../../../test/support/dhcp6-requests.ts";
import { memoryLeases6 } from "./leases6.ts";

const POOL = { from: ip6("2001:db8::10"), to: ip6("2001:db8::12") };
const [FIRST, SECOND, THIRD] = [ip6("2001:db8::10"), ip6("2001:db8::11"), ip6("2001:db8::12")];

function leasesAt(start = 0) {
  const clock = { now: start };
  return { clock, leases: memoryLeases6(POOL, () => clock.now, { except: SECOND }) };
}

test("one owner has one address, whatever it asks for the next time", async () => {
  const { leases } = leasesAt();

  expect([await leases.offer("a"), await leases.offer("a", THIRD), await leases.offer("b")]).toEqual([
    FIRST,
    FIRST,
    THIRD,
  ]);
});

test("our own address is nobody's, and a full pool offers nothing", async () => {
  const { leases } = leasesAt();
  await leases.bind("a", FIRST, 60);
  await leases.bind("b", THIRD, 60);

  expect(await leases.offer("c")).toBeUndefined();
  expect(await leases.bind("c", SECOND, 60)).toBe("outside");
  expect(await leases.bind("c", FIRST, 60)).toBe("taken");
});

test("an address that was given back stays its owner's for ten minutes: a loader goes on with it", async () => {
  const { leases, clock } = leasesAt();
  await leases.bind("a", FIRST, 3600);
  await leases.bind("b", THIRD, 3600);

  expect(await leases.release("a", FIRST)).toBe(true);

  expect(await leases.offer("c")).toBeUndefined();
  clock.now = 600_000;
  expect(await leases.offer("c")).toBe(FIRST);
  expect(await leases.ownerAt(FIRST)).toBe("c");
});

test("nobody gives back or declines what is another's", async () => {
  const { leases } = leasesAt();
  await leases.bind("a", FIRST, 60);

  expect([await leases.release("b", FIRST), await leases.decline("b", FIRST)]).toEqual([false, false]);
  expect(await leases.ownerAt(FIRST)).toBe("a");
});

test("a declined address is set aside, and its owner gets another", async () => {
  const { leases } = leasesAt();
  await leases.bind("a", FIRST, 60);

  expect(await leases.decline("a", FIRST)).toBe(true);

  expect(await leases.offer("a")).toBe(THIRD);
  expect(await leases.ownerAt(FIRST)).toBeUndefined();
});
