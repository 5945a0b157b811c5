import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Ipv4 } from "../base/ipv4.ts";
import type { Mac } from "../base/mac.ts";
import { arpProbe } from "./core/dhcp/arp.ts";
import { memoryLeases } from "./core/leases.ts";
import type { Note } from "./note.ts";
import { offerAddress } from "./offer-address.ts";
import { proverOver } from "./prover.ts";

const ip = (last: number) => `10.0.0.${last}` as Ipv4;
const mac = (last: number) => `52:54:00:00:00:0${last}` as Mac;
const [US, THEM] = [mac(1), mac(2)];

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate"] }));
afterEach(() => vi.useRealTimers());

/** A wire on which somebody answers at some addresses. */
function aWire(used: ReadonlyMap<Ipv4, Mac> = new Map()) {
  const asked: Ipv4[] = [];
  let hear: (bytes: Uint8Array) => void = () => {};
  const prover = proverOver(
    {
      send: (bytes) => {
        const address = bytes.subarray(24).join(".") as Ipv4;
        asked.push(address);
        const by = used.get(address);
        if (by === undefined) return;
        const answer = arpProbe(by, address);
        answer.set(bytes.subarray(24), 14);
        setTimeout(() => hear(answer), 20);
      },
      heard: (listen) => {
        hear = listen;
      },
      close: async () => {},
    },
    US,
  );
  return { prover, asked };
}

test("nobody answers: asked twice, and told so after a fifth of a second", async () => {
  const { prover, asked } = aWire();

  const answer = prover.ask(ip(10));
  await vi.advanceTimersByTimeAsync(201);

  expect(await answer).toEqual({ is: "nobody" });
  expect(asked).toEqual([ip(10), ip(10)]);
});

test("somebody answers: told at once, and two who ask the same thing share the answer", async () => {
  const { prover, asked } = aWire(new Map([[ip(10), THEM]]));

  const answers = Promise.all([prover.ask(ip(10)), prover.ask(ip(10))]);
  await vi.advanceTimersByTimeAsync(21);

  expect(await answers).toEqual(Array(2).fill({ is: "somebody", mac: THEM }));
  expect(asked).toEqual([ip(10)]);
});

test("a hundred and twenty-eight are asked at once, and no more", async () => {
  const { prover, asked } = aWire();

  const answers = Array.from({ length: 200 }, (_, i) => prover.ask(ip(i + 1)));
  await vi.advanceTimersByTimeAsync(201);

  const kinds = (await Promise.all(answers)).map(({ is }) => is);
  expect(kinds.filter((is) => is === "unasked").length).toBe(72);
  expect(asked.length).toBe(256);
});

test("stopping lets nobody wait", async () => {
  const { prover } = aWire();
  const answer = prover.ask(ip(10));

  await prover.stop();

  expect(await answer).toEqual({ is: "unasked" });
});

function wishOf(used: ReadonlyMap<Ipv4, Mac>, onRecord = false) {
  const notes: Record<string, unknown>[] = [];
  const { prover, asked } = aWire(used);
  const note: Note = (_, says, detail) => void notes.push({ says: says("web1"), ...detail });
  return { wish: { mac: mac(9), wanted: undefined, onRecord, prover, note }, notes, asked };
}

test("an address that somebody uses is passed over, and told of", async () => {
  const leases = memoryLeases({ from: ip(10), to: ip(20) }, () => 0);
  const { wish, notes } = wishOf(new Map([[ip(10), THEM]]));

  const outcome = offerAddress(leases, wish);
  await vi.advanceTimersByTimeAsync(500);

  expect(await outcome).toEqual({ is: "kept", address: ip(11) });
  expect(notes).toEqual([expect.objectContaining({ used: ip(10), by: THEM })]);
  expect(leases.room().aside).toBe(1);
});

test("a reserved address that somebody uses is not given either: the machine gets one of the pool", async () => {
  const reserved = new Map([[mac(9), ip(99)]]);
  const leases = memoryLeases({ from: ip(10), to: ip(20) }, () => 0, { reserved });
  const { wish, notes } = wishOf(new Map([[ip(99), THEM]]));

  const outcome = offerAddress(leases, wish);
  await vi.advanceTimersByTimeAsync(500);

  expect(await outcome).toEqual({ is: "kept", address: ip(10) });
  expect(notes[0]?.says).toContain("web1 was to get");
});

test("the machine itself may answer, and one that had the address before is not asked about", async () => {
  const leases = memoryLeases({ from: ip(10), to: ip(20) }, () => 0);
  const { wish, asked } = wishOf(new Map([[ip(10), mac(9)]]));
  const first = offerAddress(leases, wish);
  await vi.advanceTimersByTimeAsync(500);
  expect(await first).toEqual({ is: "kept", address: ip(10) });
  await leases.bind(mac(9), ip(10), 60);
  asked.length = 0;

  expect(await offerAddress(leases, wish)).toEqual({ is: "kept", address: ip(10) });

  expect(asked).toEqual([]);
});

test("where everything answers, a quarter of the pool is set aside and the rest is given all the same", async () => {
  const all = new Map(Array.from({ length: 8 }, (_, i) => [ip(10 + i), THEM] as const));
  const leases = memoryLeases({ from: ip(10), to: ip(17) }, () => 0);
  const { wish } = wishOf(all);

  const outcome = offerAddress(leases, wish);
  await vi.advanceTimersByTimeAsync(1000);

  expect(await outcome).toEqual({ is: "kept", address: ip(12) });
  expect(leases.room()).toMatchObject({ aside: 2 });
});
