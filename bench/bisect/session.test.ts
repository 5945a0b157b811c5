import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { historyOf } from "../../src/bisect/core/history.ts";
import { diceFrom } from "../../test/support/dice.ts";
import { mergedHistory } from "../../test/support/merged-history.ts";
import { bisectLines } from "./bench-bisect.ts";
import { session } from "./session.ts";
import { WORLDS, type World } from "./worlds.ts";

const parents = mergedHistory({ commits: 3000, merges: 760 }, diceFrom(1));
const history = historyOf(parents);

test("a generated history has as many commits and merges as was asked, and all of them lead to the newest", () => {
  const isParent = new Set(parents.flat());

  expect(parents.length).toBe(3000);
  expect(parents.filter((of) => of.length === 2).length).toBe(760);
  expect([...parents.keys()].filter((at) => !isParent.has(at))).toEqual([2999]);
  expect([...parents.keys()].filter((at) => parents[at]!.length === 0)).toEqual([0]);
});

test("among three thousand commits with merges the culprit is found though one answer in twenty is wrong", () => {
  const world: World = {
    ...{ row: "", effect: 1, flips: 0.05 },
    search: { history, answers: "pass-fail", error: 1e-4, levels: { old: 0.05, new: 0.95, noise: 1 } },
  };

  const all = [1, 2, 3, 4, 5].map((seed) => session(world, seed));

  expect(all.map(({ is }) => is)).toEqual(["right", "right", "right", "right", "right"]); // one in 2,000 fails
  expect(all.reduce((sum, { readings }) => sum + readings, 0) / 5).toBeLessThan(40);
});

test("the printed table ends with its seeds, and says which rows had fewer", () => {
  const row = (name: string, sessions: number) => ({
    ...{ row: name, sessions, firstSeed: 1, meanReadings: 1, meanRounds: 1, standardError: 0, p90: 1 },
    ...{ wrongPercent: 0, wrongWithin: [0, 1] as const, toldOfMore: 0, whole: 1, heldPercent: null },
    ...{ unsettled: 0, notReproduced: 0, stepMs: null, peakMiB: 1, goal: null, met: true },
  });

  expect(bisectLines({ rows: [row("a", 200), row("b", 200)] }).at(-1)).toBe("seeds 1 to 200");
  expect(bisectLines({ rows: [row("a", 200), row("git", 150)] }).at(-1)).toBe(
    "seeds 1 to 200 (a), 1 to 150 (git)",
  );
});

test("each row of docs/bisect.md begins with the name of a row here, so that --only takes it", () => {
  const docs = readFileSync(join(import.meta.dirname, "../../docs/bisect.md"), "utf8");
  const table = docs.slice(docs.indexOf("| world (`--only`")).split("\n\n")[0]!;
  const named = table
    .split("\n")
    .slice(2)
    .map((line) => line.split("|")[1]!);
  const bare = named.map((cell) => cell.replace(/\(.*?\)|†|\\\*/g, "").trim());

  const unknown = bare.filter((name) => !WORLDS.some(({ row }) => row === name));
  expect(unknown).toEqual([]);
  expect(bare.length).toBeGreaterThan(20);
});
