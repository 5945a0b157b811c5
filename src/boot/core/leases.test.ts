import { expect, test } from "vitest";
import type { Ipv4 } from "../../base/ipv4.ts";
import type { Mac } from "../../base/mac.ts";
import { type Leases, memoryLeases, type Offer } from "./leases.ts";

const ip = (last: number) => `10.0.0.${last}` as Ipv4;
const mac = (last: number) => `52:54:00:00:00:0${last}` as Mac;
const [A, B, C] = [mac(1), mac(2), mac(3)];

function pool(from: number, to: number, except: Ipv4[] = []) {
  const clock = { now: 0 };
  return { clock, leases: memoryLeases({ from: ip(from), to: ip(to) }, () => clock.now, { except }) };
}

/** What a machine takes: asked for, offered, bound. */
function give(leases: Leases, mac: Mac, address: Ipv4, seconds = 60) {
  expect(leases.offer(mac, address)).toMatchObject({ address });
  expect(leases.bind(mac, address, seconds)).toBe("bound");
}
const offer = (leases: Leases, mac: Mac, wanted?: Ipv4) =>
  (leases.offer(mac, wanted) as Offer | undefined)?.address;

test("one machine gets one address, through offers, bindings and renewals", () => {
  const { leases } = pool(10, 20);

  expect(offer(leases, A)).toBe(ip(10));
  expect(leases.bind(A, ip(10), 60)).toBe("bound");
  expect(offer(leases, A)).toBe(ip(10));
  expect(leases.macAt(ip(10))).toBe(A);
});

test("an address stays with its machine after the lease ended, until the pool has no other", () => {
  const { clock, leases } = pool(10, 11);
  give(leases, A, ip(10));
  clock.now = 100_000;

  expect(offer(leases, B)).toBe(ip(11));
  expect(offer(leases, A)).toBe(ip(10));
  clock.now = 300_000;
  give(leases, B, ip(11));
  expect(offer(leases, C)).toBe(ip(10));
  expect(offer(leases, A)).toBeUndefined();
});

test("a wanted address is given when it is free and in the pool, and another one else", () => {
  const { leases } = pool(10, 20);
  give(leases, A, ip(15));

  expect(offer(leases, B, ip(17))).toBe(ip(17));
  expect(offer(leases, C, ip(15))).toBe(ip(10));
  expect(offer(leases, mac(4), ip(99))).toBe(ip(11));
});

test("an offer that nobody took is free again after 20 seconds", () => {
  const { clock, leases } = pool(10, 10);
  offer(leases, A);

  expect(offer(leases, B)).toBeUndefined();
  clock.now = 20_001;
  expect(offer(leases, B)).toBe(ip(10));
});

test("binding somebody else's address is refused, and so is one outside the pool or of our own", () => {
  const { leases } = pool(10, 20, [ip(12)]);
  give(leases, A, ip(10));

  expect(leases.bind(B, ip(10), 60)).toBe("taken");
  expect(leases.bind(B, ip(30), 60)).toBe("outside");
  expect(leases.bind(B, ip(12), 60)).toBe("outside");
});

test("a declined address is set aside, and only its holder can decline it", () => {
  const { clock, leases } = pool(10, 11);
  give(leases, A, ip(10));

  leases.decline(B, ip(10));
  expect(leases.macAt(ip(10))).toBe(A);
  leases.decline(A, ip(10));
  expect(leases.macAt(ip(10))).toBeUndefined();
  expect(offer(leases, A, ip(10))).toBe(ip(11));
  clock.now = 3_600_001;
  expect(offer(leases, C)).toBe(ip(10));
});

test("a released address is its machine's again, or another's when none is left", () => {
  const { leases } = pool(10, 10);
  give(leases, A, ip(10));
  leases.release(B, ip(10));
  expect(offer(leases, B)).toBeUndefined();

  leases.release(A, ip(10));

  expect(offer(leases, B)).toBe(ip(10));
});

test("a machine that moves to a reserved address leaves its first one free", () => {
  const kept = [{ mac: A, address: ip(10), until: 1000 }];
  const leases = memoryLeases({ from: ip(10), to: ip(10) }, () => 0, {
    kept,
    reserved: new Map([[A, ip(99)]]),
  });
  expect(offer(leases, B)).toBeUndefined();

  give(leases, A, ip(99));

  expect(offer(leases, B)).toBe(ip(10));
});

test("two hundred machines on a pool of a hundred: never one address for two at the same time", () => {
  const { clock, leases } = pool(1, 100);
  const held = new Map<string, { mac: Mac; until: number }>();
  const macOf = (i: number) => `52:54:00:00:00:${(i % 200).toString(16).padStart(2, "0")}` as Mac;

  for (let i = 0; i < 5000; i += 1) {
    clock.now += 500;
    const who = macOf(i * 7919);
    const address = offer(leases, who);
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

  expect(offer(leases, A)).toBe(ip(99));
  expect(leases.bind(A, ip(99), 60)).toBe("bound");
  expect(offer(leases, C, ip(10))).toBe(ip(11));
  expect(leases.bind(C, ip(10), 60)).toBe("outside");
  expect(offer(leases, B)).toBe(ip(10));
});

test("leases from before a restart hold, and one that fits no more is forgotten", () => {
  const kept = [
    { mac: A, address: ip(10), until: 1000 },
    { mac: B, address: ip(77), until: 1000 },
  ];
  const leases = memoryLeases({ from: ip(10), to: ip(11) }, () => 0, { kept });

  expect(leases.macAt(ip(10))).toBe(A);
  expect(offer(leases, C, ip(10))).toBe(ip(11));
  expect(leases.macAt(ip(77))).toBeUndefined();
});

const stranger = (n: number) =>
  `02:00:00:00:${(n >> 8).toString(16).padStart(2, "0")}:${(n & 255).toString(16).padStart(2, "0")}` as Mac;
const KNOWN = { onRecord: true, canProve: true };

test("nobody can bind what was not offered to it", () => {
  const { leases } = pool(10, 20);
  offer(leases, A, ip(10));

  expect(leases.bind(B, ip(10), 60)).toBe("taken");
  expect(leases.bind(B, ip(11), 60)).toBe("unoffered");
  expect(leases.bind(A, ip(10), 60)).toBe("bound");
});

test("a machine on record takes what strangers were only offered, and another stranger does not", () => {
  const { leases } = pool(10, 12);
  for (let i = 0; i < 3; i += 1) offer(leases, stranger(i));

  expect(offer(leases, stranger(9))).toBeUndefined();
  expect(leases.offer(A, undefined, { onRecord: true, canProve: false })).toMatchObject({ address: ip(10) });
});

test("a machine that got on once takes it too", () => {
  const { clock, leases } = pool(10, 10);
  give(leases, A, ip(10));
  leases.gotOn(A);
  clock.now = 100_000;
  give(leases, stranger(1), ip(10), 5);
  clock.now += 6000;
  offer(leases, stranger(2));

  expect(offer(leases, A)).toBe(ip(10));
});

test("a stranger's lease is taken only where somebody can look, and given back when the stranger is there", () => {
  const { leases } = pool(10, 10);
  give(leases, stranger(1), ip(10));
  expect(leases.offer(A, undefined, { onRecord: true, canProve: false })).toBeUndefined();

  expect(leases.offer(A, undefined, KNOWN)).toEqual({ address: ip(10), sure: false });
  expect(leases.setAside(ip(10), stranger(1))).toBe(true);

  expect(leases.macAt(ip(10))).toBe(stranger(1));
  expect(leases.offer(A, undefined, KNOWN)).toBeUndefined();
});

test("a stranger that is not there has lost its lease", () => {
  const { leases } = pool(10, 10);
  give(leases, stranger(1), ip(10));
  leases.offer(A, undefined, KNOWN);
  leases.clear(ip(10));

  expect(leases.bind(A, ip(10), 60)).toBe("bound");
  expect(leases.bind(stranger(1), ip(10), 60)).toBe("taken");
});

test("an address is sure when nobody answered there, or when the machine had it before", () => {
  const { clock, leases } = pool(10, 20);
  expect(leases.offer(A, undefined)).toEqual({ address: ip(10), sure: false });
  leases.clear(ip(10));
  expect(leases.offer(A, undefined)).toEqual({ address: ip(10), sure: true });
  leases.bind(A, ip(10), 60);
  clock.now = 3_000_000;

  expect(leases.offer(A, undefined)).toEqual({ address: ip(10), sure: true });
  expect(leases.offer(B, undefined)).toEqual({ address: ip(11), sure: false });
});

test("what was proven ahead of need is given first", () => {
  const { leases } = pool(10, 20);
  expect(leases.toProve(2)).toEqual([ip(10), ip(11)]);
  leases.clear(ip(11));

  expect(leases.toProve(2)).toEqual([ip(10)]);
  expect(leases.offer(A, undefined)).toEqual({ address: ip(11), sure: true });
});

test("who answers for every address, or declines each, takes a quarter of the pool and no more", () => {
  const { leases } = pool(11, 30);

  const asides = Array.from({ length: 20 }, (_, i) => leases.setAside(ip(11 + i), B));

  expect(asides.filter(Boolean).length).toBe(5);
  expect(leases.room()).toEqual({ size: 20, free: 15, aside: 5 });
  for (let i = 0; i < 40; i += 1) {
    const address = offer(leases, stranger(i))!;
    leases.bind(stranger(i), address, 60);
    expect(leases.decline(stranger(i), address)).toBe(true);
  }
  expect(leases.room()).toEqual({ size: 20, free: 15, aside: 5 });
});

test("a full pool costs a stranger no look through all of it", () => {
  let looks = 0;
  const counted = () => {
    looks += 1;
    return 0;
  };
  const leases = memoryLeases({ from: "10.0.0.1" as Ipv4, to: "10.0.15.254" as Ipv4 }, counted);
  for (let i = 0; i < 4094; i += 1) leases.offer(stranger(i), undefined);
  leases.offer(stranger(5000), undefined);
  looks = 0;

  for (let i = 0; i < 1000; i += 1) expect(leases.offer(stranger(6000 + i), undefined)).toBeUndefined();

  expect(looks).toBeLessThan(20_000);
});
