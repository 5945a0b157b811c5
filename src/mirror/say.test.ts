import { expect, test } from "vitest";
import type { Observed } from "../base/event.ts";
import { sayTo } from "./say.ts";

function setUp() {
  const [events, clock] = [[] as Observed[], { now: 0 }];
  const say = sayTo(
    (event) => events.push(event),
    () => clock.now,
  );
  return { events, clock, say };
}

test("the same sentence is left once in ten minutes, an outage each time", () => {
  const { events, clock, say } = setUp();
  for (const now of [0, 1000, 601_000]) {
    clock.now = now;
    say("mirror.refused", "no", {});
    say("mirror.upstream", "away", {});
  }

  expect(events.map(({ says }) => says)).toEqual(["no", "away", "away", "no", "away"]);
});

test("a flood of sentences is sixty events a minute, and the next one counts the others", () => {
  const { events, clock, say } = setUp();
  for (let i = 0; i < 1000; i += 1) say("mirror.refused", `stranger ${i}`, { i });
  clock.now = 60_000;
  say("mirror.refused", "one more", {});

  expect(events.length).toBe(61);
  expect(events.at(-1)?.detail).toEqual({ unsaid: 940 });
});
