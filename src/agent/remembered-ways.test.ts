import { expect, test } from "vitest";
import type { KnownMachine } from "../api/agent.ts";
import type { Observed } from "../base/event.ts";
import { readMac } from "../base/mac.ts";
import { must } from "../base/read.ts";
import { RememberedWays } from "./remembered-ways.ts";

const [MAC, STRANGER] = ["52:54:00:7a:00:01", "52:54:00:7a:00:02"].map((text) => must(readMac(text)));
const DAY = 24 * 3_600_000;
const m1: KnownMachine = {
  ...{ name: "m1", macs: [MAC!], firmware: "bios", serial: "ttyS0,115200n8", redirected: true },
  ...{ loader: "auto", bmc: null, plan: null },
};
const kept = (way: string, at: number) => ({ ...m1, ways: [{ mac: MAC!, asker: "rom", way, at }] });

function setUp() {
  const events: Observed[] = [];
  const clock = { now: 0 };
  const ways = new RememberedWays({
    machineOf: (mac) => (mac === MAC ? m1 : undefined),
    observe: (event) => events.push(event),
    now: () => clock.now,
  });
  return { ways, events, clock };
}

test("what worked for a machine on record is told once, and again when it changes or a day went by", () => {
  const { ways, events, clock } = setUp();

  ways.set(`${MAC} rom`, "fields");
  ways.set(`${MAC} rom`, "fields");
  ways.set(`${MAC} ipxe`, "fields");
  ways.set(`${MAC} rom`, "bypass");
  clock.now = DAY;
  ways.set(`${MAC} rom`, "bypass");

  expect(events.map(({ machine, detail }) => [machine, detail?.asker, detail?.way])).toEqual([
    ...[
      ["m1", "rom", "fields"],
      ["m1", "ipxe", "fields"],
    ],
    ...[
      ["m1", "rom", "bypass"],
      ["m1", "rom", "bypass"],
    ],
  ]);
});

test("what the service kept counts until something newer was seen", () => {
  const { ways, clock } = setUp();
  ways.learn(kept("bypass", 1000));
  expect(ways.get(`${MAC} rom`)).toBe("bypass");

  clock.now = 2000;
  ways.set(`${MAC} rom`, "fields");
  ways.learn(kept("bypass", 1000));

  expect(ways.get(`${MAC} rom`)).toBe("fields");
});

test("a stranger's way is remembered, and nobody is told; a way that is there no more is none", () => {
  const { ways, events } = setUp();

  ways.set(`${STRANGER} rom`, "fields");
  ways.learn(kept("pigeon", 1000));

  expect(ways.get(`${STRANGER} rom`)).toBe("fields");
  expect(ways.get(`${MAC} rom`)).toBeUndefined();
  expect(events).toEqual([]);
});
