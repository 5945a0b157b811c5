import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Settings } from "../bisect/core/settings.ts";
import { run } from "../cli/run.ts";
import type { BisectionWish, World } from "../cli/world.ts";
import { settingsOf } from "./bisection-wish.ts";

/** What `bisect start` with these words would keep, or what it says instead. */
async function started(...argv: string[]): Promise<{ settings?: Settings; says: string }> {
  const said: string[] = [];
  let settings: Settings | undefined;
  const start = async (wish: BisectionWish) => {
    settings = settingsOf(wish);
    return { says: [], answer: null, exit: 0 as const };
  };
  const say = (line: string) => said.push(line);
  const stopped = new AbortController().signal;
  const world = { local: { bisections: { start } }, stopped, width: 200, out: say, err: say };
  const ends = ["--name", "n", "--repo", "https://git.example/linux", "--old", "a", "--new", "b"];
  await run(["bisect", "start", ...ends, ...argv], "1", world as unknown as World);
  return { says: said.join("\n"), ...(settings === undefined ? {} : { settings }) };
}

const NUMBER = ["--run", "./measure", "--last-line"];
const KEPT: [string[], Partial<Settings>][] = [
  [[], { oracle: { is: "person", answers: "number" }, hosts: [], paths: [], walk: "stages", error: 0.01 }],
  [["--by-eye"], { oracle: { is: "person", answers: "pass-fail" } }],
  [["--run", "t"], { oracle: { is: "run", command: "t", reads: { by: "exit" } }, withinMs: 7_200_000 }],
  [NUMBER, { oracle: { is: "run", command: "./measure", reads: { by: "last-line" } } }],
  [["--run", "t", "--match", "(\\d+)"], oracle({ by: "match", pattern: "(\\d+)" })],
  [["--run", "t", "--json-path", "a[0].b"], oracle({ by: "json", path: "a[0].b" })],
  [["--path", "drivers/md", "--path", "block"], { paths: ["drivers/md", "block"] }],
  [["--first-parent"], { walk: "first-parent" }],
  [["--whole-graph"], { walk: "whole" }],
  [["--term-old", "broken", "--term-new", "fixed"], { terms: { old: "broken", new: "fixed" } }],
  [["--term-old", "good", "--term-new", "bad"], { terms: { old: "good", new: "bad" } }],
  [["--min-step", "5%"], { leastChange: 0.05 }],
  [["--all-changes"], { changes: "all" }],
  [["--least-share", "12.5%"], { leastShare: 0.125 }],
  [["--build", "make", "--keep-builds", "5"], { build: "make", keepBuilds: 5 }],
  [["--direction", "higher"], { direction: 1 }],
  [["--direction", "lower"], { direction: -1 }],
  [["--on", "db1", "--on", "db2"], { hosts: ["db1", "db2"] }],
  [["--deploy", "./deploy"], { deploy: "./deploy" }],
  [["--within", "10min"], { withinMs: 600_000 }],
  [["--budget", "12h"], { budget: { ms: 43_200_000 } }],
  [["--budget", "40"], { budget: { runs: 40 } }],
  [["--error", "0.05"], { error: 0.05 }],
];
function oracle(reads: (Settings["oracle"] & { is: "run" })["reads"]): Partial<Settings> {
  return { oracle: { is: "run", command: "t", reads } };
}

test.each(KEPT)("`bisect start %j` keeps %j", async (argv, kept) => {
  const { settings, says } = await started(...argv);

  expect(settings, says).toMatchObject(kept);
});

test("what was not asked for is not kept", async () => {
  const { settings } = await started(...NUMBER, "--keep-builds", "5");

  const names = [
    "build",
    "keepBuilds",
    "deploy",
    "budget",
    "leastChange",
    "changes",
    "leastShare",
    "direction",
  ];
  expect(names.filter((name) => Object.hasOwn(settings!, name))).toEqual([]);
});

test("a fio job of one's own is kept as it is now", async () => {
  const directory = mkdtempSync(join(tmpdir(), "wish-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "mine.fio"), "[job]\n");
  const bench = ["--bench", join(directory, "mine.fio"), "--metric", "iops-mean", "--set", "size=64m"];

  const { settings } = await started(...bench, "--directory", "/mnt");

  const set = [{ name: "size", value: "64m" }];
  const job = { name: "mine", text: "[job]\n" };
  expect(settings?.oracle).toEqual({ is: "bench", job, set, metric: "iops-mean", directory: "/mnt" });
});

const REFUSED: [string[], string][] = [
  [["--run", "t", "--match", "(["], '"([" is no regular expression'],
  [["--run", "t", "--json-path", "a..b"], '"a..b" is no path'],
  [["--run", "t", "--match", "x", "--json-path", "a"], "--match and --json-path"],
  [["--run", "t", "--match", "x", "--last-line"], "--last-line and --match"],
  [["--run", "t", "--json-path", "a", "--last-line"], "--last-line and --json-path"],
  [["--last-line"], "--last-line is for what a --run prints"],
  [["--match", "x"], "--match is for what a --run prints"],
  [["--bench", "quick", "--metric", "iops-mean", "--last-line"], "--last-line is for what a --run prints"],
  [["--metric", "iops-mean"], "--metric is for a --bench"],
  [["--set", "size=1m"], "--set is for a --bench"],
  [["--run", "t", "--directory", "/mnt"], "--directory is for a --bench"],
  [["--run", "t", "--by-eye"], "--by-eye is for a person"],
  [["--first-parent", "--whole-graph"], "--first-parent and --whole-graph"],
  [["--term-old", "x", "--term-new", "x"], "two different terms"],
  [["--term-old", "is slow"], '"is slow" is no term'],
  [["--term-new", ""], '"" is no term'],
  [["--term-new", "a..b"], '"a..b" is no term'],
  [["--term-old", "help"], '"help" is no term'],
  [["--term-new", "start"], '"start" is no term'],
  [["--term-old", "new", "--term-new", "fixed"], "the other way round"],
  [["--term-old", "broken", "--term-new", "good"], "the other way round"],
  [["--run", "t", "--min-step", "5%"], "--min-step is for numbers"],
  [[...NUMBER, "--min-step", "5"], '"5" is no part such as 5%'],
  [["--by-eye", "--all-changes"], "--all-changes is for numbers"],
  [[...NUMBER, "--least-share", "0%"], '"0%" is no part'],
  [["--budget", "soon"], "12h"],
  [["--budget", "0"], "12h"],
  [["--within", "2"], '"2" is no time such as 2h'],
];

test.each(REFUSED)("`bisect start %j` is refused: %s", async (argv, why) => {
  const { settings, says } = await started(...argv);

  expect(settings).toBeUndefined();
  expect(says).toContain(why);
  expect(says).toContain("[use.wrong]");
});
