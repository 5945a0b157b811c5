import { expect, test } from "vitest";
import type { HostResult } from "./judge-host.ts";
import type { Verdict } from "./rule.ts";
import { type KeptRun, keptRun, lastRun, resultOf, trimmed, withSince } from "./standing.ts";

const fails = (cause: string): Verdict => ({ is: "fail", cause, found: "it is so", evidence: [] });
const passes: Verdict = { is: "pass" };
const untold: Verdict = { is: "unknown", because: "no tool" };
const answer = (verdict: Verdict, rule = "a"): HostResult => ({ host: "db1", findings: [{ rule, verdict }] });

const by = (at: number) => ({ at, by: "anna" });

/** Runs at 1, 2, 3 and on, each about rule `a`. */
const after = (...verdicts: Verdict[]): KeptRun =>
  verdicts.reduce<KeptRun | undefined>((run, one, i) => keptRun(run, answer(one), by(i + 1)), undefined)!;

test.each<[string, Verdict[], number | undefined]>([
  ["a failure fails since it was first seen", [passes, fails("x"), fails("x")], 2],
  ["what could not be told meanwhile does not make it a new one", [fails("x"), untold, fails("x")], 1],
  ["mended and broken again is a new one", [fails("x"), passes, fails("x")], 3],
  ["another cause is a new one", [fails("x"), fails("y")], 2],
  ["what passes fails since no time", [fails("x"), passes], undefined],
])("%s", (_, verdicts, since) => {
  expect(after(...verdicts).known.a!.failsSince).toBe(since);
});

test("a run that asked only one rule knows of the others what was known before", () => {
  const run = keptRun(after(fails("x")), answer(passes, "b"), by(9));

  const { findings } = resultOf("db1", run);

  expect(findings.map(({ rule, verdict, at }) => [rule, verdict.is, at])).toEqual([
    ["a", "fail", 1],
    ["b", "pass", 9],
  ]);
});

test("a host that could not be asked keeps what is known of it, and says why", () => {
  const run = keptRun(after(fails("x")), { host: "db1", findings: [], trouble: "no route" }, by(5));

  expect(resultOf("db1", run)).toMatchObject({
    trouble: "no route",
    findings: [{ rule: "a", failsSince: 1 }],
  });
  expect(resultOf("db1", keptRun(run, answer(passes), by(6))).trouble).toBeUndefined();
});

test("an answer is told with the moment its failure was first seen, and nothing else of it changes", () => {
  const said = answer(fails("x"));

  const told = withSince(said, after(fails("x"), fails("x")));

  expect(told).toEqual({ ...said, findings: [{ ...said.findings[0], failsSince: 1 }] });
});

test("a line that was cut off, and one that is something else, count for nothing", () => {
  const run = after(passes);

  expect(lastRun(`${JSON.stringify(run)}\n{"at":2,"known":{"a"`)).toEqual(run);
  expect(lastRun(`${JSON.stringify(run)}\n5\nnull\n{}\n`)).toEqual(run);
  expect(lastRun("")).toBeUndefined();
});

test("lines that are too many go, the oldest first and whole ones, and the newest always stays", () => {
  const lines = Array.from({ length: 100 }, (_, i) => `{"at":${i},"known":{}}\n`);

  const kept = trimmed(lines.join(""), 1000);

  expect(kept.length).toBeLessThanOrEqual(500);
  expect(lines.join("").endsWith(`\n${kept}`)).toBe(true);
  expect(lastRun(kept)?.at).toBe(99);
  expect(trimmed(lines.join(""), 20)).toBe(lines[99]);
  expect(trimmed(lines[0]!, 1000)).toBe(lines[0]);
});
