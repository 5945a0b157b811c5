import { expect, test } from "vitest";
import { diceFrom } from "../../../test/support/dice.ts";
import type { Classes } from "./classes.ts";
import type { Evidence, Forecast, Reading, Search } from "./engine.ts";
import { forecastOf, outlookOf } from "./forecast.ts";
import { line } from "./history.ts";
import { decide } from "./next.ts";

const SEARCH: Search = {
  ...{ history: line(1000), answers: "number", error: 0.01, offsets: "off", drift: "when-seen" },
  ...{ outliers: "clip", smallestEffect: 0.3, machines: ["here"] },
};
const EVIDENCE: Evidence = {
  ...{ readings: [], built: new Set(), refused: new Set(), deployed: new Map(), pending: [] },
  minutes: { run: 1, build: 0, deploy: 0 },
};

/** What was forecast after each reading of a search, beside what came. */
function told(effect: number, seed: number): { forecast: Forecast; came: number }[] {
  const dice = diceFrom(seed);
  const draw = () => dice(2 ** 31) / 2 ** 31;
  const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  const culprit = dice(1000);
  const readings: Reading[] = [];
  const all: { forecast: Forecast; at: number }[] = [];
  let from: Classes | undefined;
  for (;;) {
    const { next, belief } = decide(SEARCH, { ...EVIDENCE, readings }, from);
    if (next.do !== "read") break;
    from = belief.classes;
    const forecast = readings.length < 4 ? undefined : forecastOf(belief, SEARCH);
    if (forecast !== undefined) all.push({ forecast, at: readings.length });
    const value = normal() + (next.commit >= culprit ? effect : 0);
    readings.push({ commit: next.commit, build: "1", machine: "here", value });
  }
  return all.map(({ forecast, at }) => ({ forecast, came: readings.length - at }));
}

test("what is still to come lies within what was forecast, in about 8 of 10 cases, early and late", () => {
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
  const all = seeds.flatMap((seed) => [4, 3, 2, 1].flatMap((effect) => told(effect, seed)));

  const isIn = ({ forecast: { readings }, came }: (typeof all)[number]) =>
    readings.low <= came && came <= readings.high;
  const share = (ones: typeof all) => ones.filter(isIn).length / ones.length;
  const early = all.filter(({ forecast }) => forecast.builds > 6);
  const late = all.filter(({ forecast }) => forecast.builds <= 6);
  expect(early.length).toBeGreaterThan(100);
  expect(late.length).toBeGreaterThan(100);
  expect([share(early), share(late)].every((one) => one > 0.7 && one < 0.98)).toBe(true);
});

test("before anything is read the outlook grows with the commits, and as the change shrinks", () => {
  const [few, many] = [outlookOf(30, 0.01), outlookOf(60_000, 0.01)];

  expect(outlookOf(1000, 0.01).map(({ readings }) => readings)).toEqual([20, 46, 147, 580]);
  expect(few.every(({ readings }, at) => readings < many[at]!.readings)).toBe(true);
});
