import { expect, test } from "vitest";
import { begun, id, reading } from "../testing/lines.ts";
import { doubtLine, doubtOf } from "./doubt.ts";
import { bayesian } from "./next.ts";
import { moveOf, replay } from "./replay.ts";
import { reportOf } from "./report.ts";
import { html } from "./report-html.ts";
import { standing } from "./told.ts";

const lines = [
  begun(20),
  ...[0, 20, 0, 20, 0, 20].map((commit, at) => reading(commit, (commit === 0 ? 100 : 120) + (at % 3))),
  ...[10, 5, 8, 7].map((commit) => reading(commit, commit >= 8 ? 121 : 101)),
];
const state = replay(lines);
const move = moveOf(state, bayesian);

test("what is seen of a search: each reading at its commit, the old end before the first, the likeliest named", () => {
  const { readings, top, probability, old } = doubtOf(state, move);

  expect(readings.slice(0, 2).map(({ at }) => at)).toEqual([-1, 19]);
  expect(readings.map(({ value }) => value).slice(-4)).toEqual([121, 101, 121, 101]);
  expect([probability.length, old]).toEqual([20, "v4.11 (broken)"]);
  expect(top).toMatchObject({ at: 7, label: expect.stringContaining(id(8).slice(0, 12)) });
  expect(doubtLine(state, move)).toMatch(/^10 readings ▕ {7}█ {12}▏ /);
});

test("the report has both pictures in it, reads in the dark too and asks no network", () => {
  const now = standing(state, move, new Map([[id(8), "<b>faster & better"]]));

  const page = html(
    reportOf(state, now, { shown: null, subjects: new Map(), parents: [] }),
    doubtOf(state, move),
  );

  expect(page.match(/<svg/g)).toHaveLength(2);
  expect(page).toContain("Which commit made the change");
  expect(page).toContain("first fixed commit");
  expect(page).toContain("color-scheme:light dark");
  expect(page).not.toMatch(/https?:|<b>/);
});
