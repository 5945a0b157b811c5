import { expect, test } from "vitest";
import { atGate, EMPTY_GATE } from "./flaw-gate.ts";

test("of a flood a few pass in ten seconds; the rest is counted and told with the next one", () => {
  let gate = EMPTY_GATE;
  const passed: [number, number][] = [];

  for (let now = 0; now < 20_000; now += 10) {
    const next = atGate(gate, now);
    gate = next.gate;
    if (next.passes) passed.push([now, next.folded]);
  }

  expect(passed.map(([now]) => now)).toEqual([0, 10, 20, 30, 40, 10_000, 10_010, 10_020, 10_030, 10_040]);
  expect(passed[5]![1]).toBe(995);
});
