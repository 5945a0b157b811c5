import { expect, test } from "vitest";
import { ip6 } from "../../../test/support/dhcp6-requests.ts";
import { memoryLeases6 } from "./leases6.ts";

const POOL = { from: ip6("2001:db8::10"), to: ip6("2001:db8::12") };
const [FIRST, SECOND, THIRD] = [ip6("2001:db8::10"), ip6("2001:db8::11"), ip6("2001:db8::12")];

const ON_RECORD = { onRecord: true };

/** Sixteen addresses, of which strangers get twelve; two more are somebody's own. */
const WIDE = { from: ip6("2001:db8::10"), to: ip6("2001:db8::1f") };
const RESERVED = new Map([
  ["m1", ip6("2001:db8::15")],
  ["duid 0102", ip6("2001:db8::77")],
]);
function crowded() {
  const clock = { now: 0 };
  const leases = memoryLeases6(WIDE, () => clock.now, { reserved: RESERVED });
  const flood = async () => {
    const got: unknown[] = [];
    for (let i = 0; i < 40; i += 1) {
      const address = await leases.offer(`stranger ${i}`);
      if (address && (await leases.bind(`stranger ${i}`, address, 3600)) === "bound") got.push(address);
    }
    return got;
  };
  return { clock, leases, flood };
}

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

test("a reserved address is its machine's own, inside the pool or outside, and nobody else's", async () => {
  const { leases } = crowded();

  expect(await leases.offer("x", ip6("2001:db8::15"))).toBe(ip6("2001:db8::10"));
  expect(await leases.bind("x", ip6("2001:db8::77"), 60)).toBe("outside");
  expect(await leases.offer("m1", ip6("2001:db8::1a"))).toBe(ip6("2001:db8::15"));
  expect(await leases.offer("duid 0102")).toBe(ip6("2001:db8::77"));
  expect(await leases.bind("duid 0102", ip6("2001:db8::77"), 60)).toBe("bound");
});

test("strangers never get the last quarter of a pool: machines on record and reserved ones are served", async () => {
  const { leases, flood } = crowded();

  const got = await flood();

  expect(new Set(got).size).toBe(12);
  expect(await leases.bind("stranger 99", ip6("2001:db8::1f"), 60)).toBe("taken");
  expect(await leases.offer("stranger 3")).toBe(got[3]);
  expect(await leases.offer("m1")).toBe(ip6("2001:db8::15"));
  for (const owner of ["a", "b", "c"]) expect(await leases.offer(owner, undefined, ON_RECORD)).toBeDefined();
});

test("machines on record take what strangers were only offered, never what they have", async () => {
  const { leases } = crowded();
  const [bound, offered] = [await leases.offer("s1"), await leases.offer("s2")];
  await leases.bind("s1", bound!, 3600);
  const rest: unknown[] = [];
  for (let i = 0; i < 13; i += 1) rest.push(await leases.offer(`m${i + 2}`, undefined, ON_RECORD));

  expect(rest).not.toContain(undefined);
  expect(await leases.offer("last", undefined, ON_RECORD)).toBe(offered);
  expect(await leases.offer("one more", undefined, ON_RECORD)).toBeUndefined();
  expect(await leases.ownerAt(bound!)).toBe("s1");
});

test("strangers' room comes back when their leases are over", async () => {
  const { leases, flood, clock } = crowded();
  await flood();

  clock.now = 3_600_001;

  expect((await flood()).length).toBe(12);
  expect(await leases.ownerAt(ip6("2001:db8::15"))).toBeUndefined();
});
