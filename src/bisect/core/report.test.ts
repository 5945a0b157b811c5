import { expect, test } from "vitest";
import { PROFILES } from "../../bench/core/profiles.ts";
import { begun, id, reading } from "../testing/lines.ts";
import type { Line } from "./journal.ts";
import { replay } from "./replay.ts";
import { reportOf } from "./report.ts";
import { html } from "./report-html.ts";
import { markdown } from "./report-markdown.ts";
import type { Settings } from "./settings.ts";
import { standing } from "./told.ts";

const MOMENT = { load: 3.5, hottest: 60, throttled: 0, rebuilding: false, diskBytesPerSecond: 0 };
const looked = (kernel: string): Line => ({
  ...{ is: "surroundings", at: 5, by: "ada", machine: "here" },
  settings: { kernel, processors: "2", machine: "kvm", governor: "powersave", turbo: "on" },
  moment: { ...MOMENT, busy: [{ name: "backup", part: 0.5 }] },
});
const effect = { mean: 20, low: 18, high: 22 };
const outcome = { is: "found", commits: [id(8)], probability: 0.995, effect } as const;

function reported(settings: Parameters<typeof begun>[1], more: readonly Line[] = []) {
  const read = [0, 20, 7, 8].map((commit) => reading(commit, commit >= 8 ? 120 : 100));
  const state = replay([begun(20, settings), ...more, ...read, reading(0, 104)]);
  const stood = standing(state, { do: "end", chances: [], outcome }, new Map());
  const known = {
    shown: "commit 8\n ``` b | c",
    subjects: new Map([[id(8), "a | <b>"]]),
    parents: [id(7)],
  };
  return reportOf(state, stood, known);
}
const run = { is: "run", command: "./measure 'it all'", reads: { by: "last-line" } } as const;
const origin = "https://git.example/linux";

test("the commit is measured anew against its parent by words that a shell takes, from where everybody has it", () => {
  const { verifying } = reported({ oracle: run, build: "make -j8", origin, hosts: ["db1"], direction: 1 });

  const [clone, start, then] = verifying[0]!.lines;
  expect(clone).toBe("git clone https://git.example/linux again");
  expect(start).toContain(`--repo again --old ${id(7)} --new ${id(8)} --term-old broken --term-new fixed`);
  expect(start).toContain(`--build 'make -j8' --run './measure '\\''it all'\\' --last-line --on db1`);
  expect(start).toContain("--direction higher");
  expect(then).toBe("rackhand bisect run --name kernel-again");
});

const BOUNDS: [Partial<Settings>, string][] = [
  [{ paths: ["drivers/md", "block"] }, "touch drivers/md or block (--path)"],
  [{ walk: "first-parent" }, "mainline were candidates (--first-parent)"],
  [{ walk: "whole" }, "one graph (--whole-graph)"],
  [{ direction: 1 }, "read higher (--direction)"],
  [{ direction: -1 }, "read lower (--direction)"],
  [{ leastChange: 0.05 }, "less than 5.0 % of the old level counted as none (--min-step)"],
  [{ leastShare: 0.1 }, "less than 10.0 % of the whole effect counted as none (--least-share)"],
  [{ changes: "all" }, "(--all-changes)"],
  [{ budget: { runs: 40 } }, "40 readings (--budget)"],
  [{ budget: { ms: 43_200_000 } }, "12 h 0 min of builds and runs (--budget)"],
];

test.each(BOUNDS)("a search that was bounded by %j says so to whoever reads its report", (settings, says) => {
  const of = (wish: Partial<Settings>) => reported({ oracle: run, walk: "stages", ...wish });

  expect(of(settings).uncontrolled.join("\n")).toContain(says);
  expect(markdown(of(settings))).toContain(says);
  expect(of({}).uncontrolled.join("\n")).not.toMatch(/\(--/);
});

const bench = (job: { name: string; text: string }): Partial<Settings> => ({
  oracle: { is: "bench", job, set: [], metric: "iops-mean" },
});

test("a fio file of one's own is measured anew from beside the report, a profile by its name", () => {
  const own = reported(bench({ name: "mine", text: "[job]\n" })).verifying[0]!;
  const profile = reported(bench({ name: "quick", text: PROFILES.quick!.job })).verifying[0]!;
  const older = reported(bench({ name: "quick", text: "[as it was]\n" })).verifying[0]!;

  expect(own.lines.join("\n")).toContain("--bench mine.fio --metric iops-mean");
  expect(own.says).toContain("mine.fio beside this report");
  expect(profile.lines.join("\n")).toContain("--bench quick --metric");
  expect(profile.says).not.toContain("beside");
  expect(older.lines.join("\n")).toContain("--bench quick.fio --metric");
});

test("a command's time limit and the least change are asked for anew where they are not the usual ones", () => {
  const words = (wish: Partial<Settings>) =>
    reported({ oracle: run, ...wish }).verifying[0]!.lines.join("\n");

  expect(words({ withinMs: 90_000 })).toContain("--within 90000ms");
  expect(words({ leastChange: 0.07 })).toContain("--min-step 7%");
  expect(words({ withinMs: 7_200_000 })).not.toMatch(/--within|--min-step/);
});

test("what surrounded the readings, and what was not controlled, is told from the journal alone", () => {
  const { surroundings, uncontrolled } = reported({ oracle: run, build: "make" }, [
    looked("6.1"),
    looked("6.12"),
  ]);

  expect(surroundings[0]!.told).toContainEqual(["kernel", "6.1"]);
  const said = uncontrolled.join("\n");
  for (const word of [
    "one machine",
    "kvm",
    "powersave",
    "Turbo",
    "more was",
    "built once",
    "backup was busy",
    "6.1, then 6.12",
  ])
    expect(said.toLowerCase()).toContain(word.toLowerCase());
});

test("what nobody wrote down is said to be unknown", () => {
  expect(reported({ oracle: run }).uncontrolled.join()).toContain("was not written down");
  expect(reported({}).uncontrolled.join()).toContain("A person took the readings");
});

test("strangers' words stay words in both forms, and nothing in the page asks the network", () => {
  const report = reported({ oracle: run });

  expect(markdown(report)).toContain("a \\| <b>");
  expect(markdown(report)).toContain("````\ncommit 8\n ``` b | c\n````");
  const doubt = { old: "o", new: "n", unit: "reading", probability: [], readings: [] };
  const page = html(report, doubt);
  expect(page).toContain("a | &lt;b&gt;");
  expect(page).not.toMatch(/<(script|link|img|iframe)|url\(|@import/);
});

test("readings have their spread, where there is more than one", () => {
  const [old, before] = reported({ oracle: run }).readings;

  expect([old!.count, old!.mean, old!.spread?.toFixed(2)]).toEqual([2, 102, "2.83"]);
  expect(before!.spread).toBeNull();
});
