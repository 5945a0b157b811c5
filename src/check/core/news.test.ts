import { expect, test } from "vitest";
import type { Acknowledgement } from "./acknowledged.ts";
import { newsOf } from "./news.ts";
import type { Verdict } from "./rule.ts";
import { type KeptRun, keptRun } from "./standing.ts";

const DAY = 86_400_000;
const fails = (cause = "x"): Verdict => ({ is: "fail", cause, found: "it is so", evidence: [] });
const passes: Verdict = { is: "pass" };
const untold: Verdict = { is: "unknown", because: "no tool" };
const gone: Verdict = { is: "not-applicable", because: "no such package" };
const said = (...ends: [until: string, cause?: string][]): Acknowledgement[] =>
  ends.map(([until, cause = "x"]) => ({
    ...{ host: "db1", rule: "a", cause, until },
    reason: "r",
    by: "anna",
  }));

/** A run a day, and what the last one tells. */
function told(verdicts: readonly (Verdict | "trouble")[], list: readonly Acknowledgement[] = []) {
  const runs: KeptRun[] = [];
  for (const [day, verdict] of verdicts.entries()) {
    const findings = verdict === "trouble" ? [] : [{ rule: "a", verdict }];
    const trouble = verdict === "trouble" ? { trouble: "no route" } : {};
    runs.push(keptRun(runs.at(-1), { host: "db1", findings, ...trouble }, { at: day * DAY, by: "nightly" }));
  }
  return newsOf("db1", runs.at(-2), runs.at(-1)!, list).map(({ kind, cause, since }) => [
    kind.replace("check.", ""),
    cause,
    since / DAY,
  ]);
}

test.each<[string, (Verdict | "trouble")[], ReturnType<typeof told>]>([
  ["the first time it fails", [fails()], [["failed", "x", 0]]],
  ["it begins to fail", [passes, fails()], [["failed", "x", 1]]],
  ["it goes on failing: nothing", [fails(), fails()], []],
  ["for another cause", [fails(), fails("y")], [["failed", "y", 1]]],
  ["it fails again after it could not be told: nothing", [fails(), untold, fails()], []],
  ["it cannot be told: nothing", [fails(), untold], []],
  ["the host cannot be asked: nothing", [fails(), "trouble"], []],
  ["it fails as before after the host could not be asked: nothing", [fails(), "trouble", fails()], []],
  ["it is over", [fails(), passes], [["passed", "x", 0]]],
  ["it is over after it could not be told", [fails(), untold, passes], [["passed", "x", 0]]],
  ["it is over because there is nothing left to fail", [fails(), gone], [["passed", "x", 0]]],
  ["it goes on passing: nothing", [passes, passes], []],
])("%s", (_, verdicts, news) => {
  expect(told(verdicts)).toEqual(news);
});

test("what is acknowledged is no news; when that ends it is", () => {
  const [on, off] = [said(["1970-01-02"]), said(["1970-01-02", "other"])]; // until the end of day 1

  expect(told([passes, fails()], on)).toEqual([]);
  expect(told([passes, fails()], off)).toEqual([["failed", "x", 1]]);
  expect(told([passes, fails(), fails()], on)).toEqual([["failed", "x", 1]]);
  expect(told([passes, fails(), fails(), fails()], on)).toEqual([]);
  expect(told([fails(), passes], on)).toEqual([["passed", "x", 0]]); // whoever was told of it is told of its end
});

test("rules that were not asked are no news", () => {
  const before = keptRun(undefined, { host: "db1", findings: [] }, { at: 1, by: "anna" });
  const both = { a: { is: "fail", at: 1, words: "w", cause: "x", failsSince: 1 } } as const;

  expect(newsOf("db1", before, { ...before, at: 2, known: both }, [])).toEqual([]);
});
