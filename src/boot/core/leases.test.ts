import { expect, test } from "vitest";
import type { Ipv4 } from "../../base/ipv4.ts";
import type { Mac } from "../../base/mac.ts";
import { memoryLeases } from "./leases.ts";

const ip = (last: number) => `10.0.0.${last}` as Ipv4;
const mac = (last: number) => `52:54:00:00:00:0${last}` as Mac;
const [A, B, C] = [mac(1), mac(2), mac(3)];

function pool(from: number, to: number, except: Ipv4[] = []) {
  const clock = { now: 0 };
  return { clock, leases: memoryLeases({ from: ip(from), to: ip(to) }, () => clock.now, { except }) };
}

test("one machine gets one address, through offers, bindings and renewals", () => {
  const { leases } = pool(10, 20);

  expect(leases.offer(A, undefined)).toBe(ip(10));
  expect(leases.bind(A, ip(10), 60)).toBe("bound");
  expect(leases.offer(A, undefined)).toBe(ip(10));
  expect(leases.macAt(ip(10))).toBe(A);
});

test("an address stays with its machine after the lease ended, until the pool has no other", () => {
  const { clock, leases } = pool(10, 11);
  leases.bind(A, ip(10), 60);
  clock.now = 100_000;

  expect(leases.offer(B, undefined)).toBe(ip(11));
  expect(leases.offer(A, undefined)).toBe(ip(10));
  clock.now = 300_000;
  leases.bind(B, ip(11), 60);
  expect(leases.offer(C, undefined)).toBe(ip(10));
  expect(leases.offer(A, undefined)).toBeUndefined();
});

test("a wanted address is given when it is free and in the pool, and another one else", () => {
  const { leases } = pool(10, 20);
  leases.bind(A, ip(15), 60);

  expect(leases.offer(B, ip(17))).toBe(ip(17));
  expect(leases.offer(C, ip(15))).toBe(ip(10));
  expect(leases.offer(mac(4), ip(99))).toBe(ip(11));
});

test("an offer that nobody took is free again after a minute", () => {
  const { clock, leases } = pool(10, 10);
  leases.offer(A, undefined);

  expect(leases.offer(B, undefined)).toBeUndefined();
  clock.now = 60_001;
  expect(leases.offer(B, undefined)).toBe(ip(10));
});

test("binding somebody else's address is refused, and so is one outside the pool or of our own", () => {
  const { leases } = pool(10, 20, [ip(12)]);
  leases.bind(A, ip(10), 60);

  expect(leases.bind(B, ip(10), 60)).toBe("taken");
  expect(leases.bind(B, ip(30), 60)).toBe("outside");
  expect(leases.bind(B, ip(12), 60)).toBe("outside");
});

test("a declined address is set aside, and only its holder can decline it", () => {
  const { clock, leases } = pool(10, 11);
  leases.bind(A, ip(10), 60);

  leases.decline(B, ip(10));
  expect(leases.macAt(ip(10))).toBe(A);
  leases.decline(A, ip(10));
  expect(leases.macAt(ip(10))).toBeUndefined();
  expect(leases.offer(A, ip(10))).toBe(ip(11));
  clock.now = 3_600_001;
  expect(leases.offer(C, undefined)).toBe(ip(10));
});

test("a released address is its machine's again, or another's when none is left", () => {
  const { leases } = pool(10, 10);
  leases.bind(A, ip(10), 60);
  leases.release(B, ip(10));
  expect(leases.offer(B, undefined)).toBeUndefined();

  leases.release(A, ip(10));

  expect(leases.offer(B, undefined)).toBe(ip(10));
});

test("a machine that moves to another address leaves the first one free", () => {
  const { leases } = pool(10, 11);
  leases.bind(A, ip(10), 60);
  leases.bind(A, ip(11), 60);

  expect(leases.offer(B, undefined)).toBe(ip(10));
  expect(leases.offer(A, undefined)).toBe(ip(11));
});

test("two hundred machines on a pool of a hundred: never one address for two at the same time", () => {
  const { clock, leases } = pool(1, 100);
  const held = new Map<string, { mac: Mac; until: number }>();
  const macOf = (i: number) => `52:54:00:00:00:${(i % 200).toString(16).padStart(2, "0")}` as Mac;

  for (let i = 0; i < 5000; i += 1) {
    clock.now += 500;
    const who = macOf(i * 7919);
    const address = leases.offer(who, undefined) as Ipv4 | undefined;
    if (address === undefined || leases.bind(who, address, 30) !== "bound") continue;
    const other = held.get(address);
    expect(other === undefined || other.mac === who || other.until <= clock.now).toBe(true);
    held.set(address, { mac: who, until: clock.now + 30_000 });
  }
});

test("a reserved address is its machine's, inside the pool or outside, and nobody else's", () => {
  const reserved = new Map([
    [A, ip(99)],
    [B, ip(10)],
  ]);
  const leases = memoryLeases({ from: ip(10), to: ip(11) }, () => 0, { reserved });

  expect(leases.offer(A, undefined)).toBe(ip(99));
  expect(leases.bind(A, ip(99), 60)).toBe("bound");
  expect(leases.offer(C, ip(10))).toBe(ip(11));
  expect(leases.bind(C, ip(10), 60)).toBe("outside");
  expect(leases.offer(B, undefined)).toBe(ip(10));
});

test("leases from before a restart hold, and one that fits no more is forgotten", () => {
  const kept = [
    { mac: A, address: ip(10), until: 1000 },
    { mac: B, address: ip(77), until: 1000 },
  ];
  const leases = memoryLeases({ from: ip(10), to: ip(11) }, () => 0, { kept });

  expect(leases.macAt(ip(10))).toBe(A);
  expect(leases.offer(C, ip(10))).toBe(ip(11));
  expect(leases.macAt(ip(77))).toBeUndefined();
});
