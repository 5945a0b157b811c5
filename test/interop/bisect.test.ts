import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import { afterAll, beforeEach, expect, test } from "vitest";
import { type Made, repository } from "../../src/bisect/testing/repository.ts";
import { labIn } from "../../src/main/lab.ts";
import { localWork } from "../../src/main/local.ts";
import { findPlace } from "../../src/main/place.ts";
import { commandLine } from "../support/command-line.ts";

const NO_FIO = spawnSync("fio", ["--version"]).error !== undefined && "fio is not installed";
const NO_COMPILER = spawnSync("cc", ["--version"]).error !== undefined && "cc is not installed";
const MAIN = join(import.meta.dirname, "../../dist/program/rackhand.js");
const state = mkdtempSync(join(tmpdir(), "rackhand-bisect-"));
const env = { ...process.env, RACKHAND_STATE: state };
const signals = { stopped: new AbortController().signal, onHangup: () => {} };
const rackhand = commandLine(() => "http://127.0.0.1:9", {
  local: localWork(findPlace(env, 1), signals, "anna"),
});
const cleared = (path: string) => rmSync(path, { recursive: true, force: true, maxRetries: 5 });
beforeEach(() => cleared(join(state, "bisections"))); // what a first try left, if this is a second
afterAll(() => cleared(state));

/** A program whose work is counted, not timed: the same on a busy machine. */
const program = (steps: number) => `#include <stdio.h>
int main(void) { volatile long n = 0; for (long i = 0; i < ${steps}; i++) n++; printf("%ld\\n", n); return 0; }
`;
/** Nearly normal noise of deviation 1, new in each run. mawk takes every seed above 2^31 for the same one. */
const noisily = (value: string, file: string) =>
  "seed=$(printf %s \"$RACKHAND_RUN\" | cksum | cut -d' ' -f1); awk -v seed=$((seed % 2147483647)) " +
  `'{ srand(seed); for (i = 0; i < 12; i++) s += rand(); print ${value} }' ${file}`;
/** What the program counted, with noise of deviation 300. */
const MEASURE = `./work > count; ${noisily("$1 + 300 * (s - 6)", "count")}`;

let source: Made;
let culprit: string;
function hundredCommits(): void {
  source = repository();
  for (let at = 1; at <= 100; at += 1) {
    const id = source.commit(`c${at}`, {
      "work.c": program(at < 37 ? 10_000 : 8_500),
      "notes.txt": `${at}\n`,
    });
    if (at === 37) culprit = id;
  }
}

test.skipIf(NO_COMPILER)(
  "a C program built at each step: the commit that changed what it costs is found, told, and replayed by git",
  async () => {
    hundredCommits();
    const head = source.git("rev-parse", "HEAD");
    const wish = ["--old", "c1", "--new", "c100", "--term-old", "broken", "--term-new", "fixed"];
    // the noise is new in each run of the test: one in ten thousand may be wrong
    const how = ["--error", "0.0001", "--build", "cc -O0 -o work work.c", "--run", MEASURE, "--last-line"];
    const started = await rackhand(
      "bisect",
      "start",
      "--name",
      "cost",
      "--repo",
      source.path,
      ...wish,
      ...how,
    );
    expect(started.code, started.err).toBe(0);

    const ran = await rackhand("bisect", "run", "--json");

    expect(ran.code, ran.err).toBe(0);
    const { outcome } = JSON.parse(ran.out);
    expect(outcome).toMatchObject({ is: "found", commits: [culprit] });
    expect(outcome.probability).toBeGreaterThan(0.99);
    const { low, high } = outcome.effect;
    // The interval holds the true effect in 19 of 20 searches; one of twice its width misses it in 1 of 10,000.
    expect(Math.abs((low + high) / 2 + 1500)).toBeLessThan(high - low);
    const log = await rackhand("bisect", "log");
    writeFileSync(join(state, "search.log"), log.out);
    expect(source.git("bisect", "replay", join(state, "search.log"))).toContain(
      `${culprit} is the first fixed commit`,
    );
    source.git("bisect", "reset");
    const reported = await rackhand("bisect", "report", "--out", join(state, "report"));
    expect(reported.code).toBe(0);
    const page = readFileSync(join(state, "report/report.html"), "utf8");
    expect(page).toContain(culprit.slice(0, 12));
    expect(page).not.toMatch(/https?:/); // it needs no network
    expect(readFileSync(join(state, "report/report.md"), "utf8")).toContain("c37");
    const drawn = await rackhand("bisect", "visualize", "--out", join(state, "search.svg"));
    expect([drawn.code, readFileSync(join(state, "search.svg"), "utf8").slice(0, 4)]).toEqual([0, "<svg"]);
    const shape = await rackhand("bisect", "visualize");
    expect(shape.out).toContain(culprit.slice(0, 12));
    const sent = await rackhand("bisect", "replay", join(state, "report/journal.jsonl"), "--steps", "--json");
    const replayed = JSON.parse(sent.out);
    expect(replayed.outcome).toEqual(outcome); // to the last bit
    expect(replayed.steps.at(-1).best.commit).toBe(culprit);
    expect([source.git("rev-parse", "HEAD"), source.git("status", "--porcelain")]).toEqual([head, ""]);

    const shown = await labIn(state).showBisection({ name: "cost" }, "the page");
    expect(shown.bisection).toMatchObject({ is: "found", worker: null, terms: { new: "fixed" } });
    expect(shown.bisection.verdict[0]).toContain(culprit.slice(0, 12));
    expect([shown.steps.length, shown.picture?.slice(0, 4)]).toEqual([shown.bisection.readings, "<svg"]);

    const report = await labIn(state).bisectionReport({ name: "cost" }, "the page");
    expect(report.html).toBe(page); // what the command wrote, byte for byte
    expect(report.html).toContain("To see it again");

    const gone = await rackhand("bisect", "abandon", "--yes");
    expect([gone.code, existsSync(join(state, "bisections/cost"))]).toEqual([0, false]);
  },
  120_000,
);

test("killed with -9 at twenty random moments, a search goes on where it was and loses no reading", async () => {
  const plain = repository();
  const ids = Array.from({ length: 60 }, (_, at) => plain.commit(`c${at}`, { n: String(at) }));
  const noisy = `sleep 0.02; ${noisily("($1 >= 23) * 3 + s - 6", "n")}`;
  const wish = ["--error", "0.0001", "--name", "killed", "--repo", plain.path, "--old", "c0", "--new", "c59"];
  const started = await rackhand("bisect", "start", ...wish, "--run", noisy, "--last-line");
  expect(started.code, started.err).toBe(0);
  const journal = join(state, "bisections/killed/journal.jsonl");
  const readings = () =>
    readFileSync(journal, "utf8")
      .split("\n")
      .filter((line) => line.includes('"is":"reading"'));

  for (let kill = 0; kill < 20; kill += 1) {
    const before = readings();
    const child = spawn(process.execPath, [MAIN, "bisect", "run", "--name", "killed"], {
      env,
      stdio: "ignore",
    });
    const ended = once(child, "exit");
    await Promise.race([ended, rest(300 + 900 * Math.random())]);
    child.kill("SIGKILL");
    await ended;
    expect(readings().slice(0, before.length)).toEqual(before);
  }
  const ran = await rackhand("bisect", "run", "--name", "killed", "--json");

  expect(ran.code, ran.err).toBe(0);
  expect(JSON.parse(ran.out).outcome).toMatchObject({ is: "found", commits: [ids[23]] });
  const all = readings().map((line) => JSON.parse(line).run);
  expect(new Set(all).size).toBe(all.length);
  await rackhand("bisect", "abandon", "--name", "killed", "--yes");
}, 180_000);

test.skipIf(NO_FIO)(
  "a fio job is the oracle: its runs are kept as benches, one a reading",
  async () => {
    const plain = repository();
    const ids = Array.from({ length: 5 }, (_, at) => plain.commit(`c${at}`, { n: String(at) }));
    const place = mkdtempSync(join(tmpdir(), "rackhand-fio-"));
    const job = join(place, "slow.fio");
    writeFileSync(
      job,
      "[reads]\nrw=randread\nbs=4k\nsize=1m\nioengine=psync\ntime_based=1\nruntime=1\nrate_iops=100\n",
    );
    const wish = ["--name", "fio", "--repo", plain.path, "--old", "c0", "--new", "c4", "--budget", "4"];
    const bench = ["--bench", job, "--metric", "iops-mean", "--set", "rate_iops=200", "--directory", place];
    const started = await rackhand("bisect", "start", ...wish, ...bench);
    expect(started.code, started.err).toBe(0);

    const ran = await rackhand("bisect", "run", "--name", "fio", "--json");

    expect([1, 2], ran.err).toContain(ran.code); // nothing changed, so nothing is found
    const shown = await labIn(state).showBisection({ name: "fio" }, "the page");
    expect(shown.steps.length).toBeGreaterThan(2);
    for (const { value } of shown.steps) expect(value).toBeGreaterThan(50);
    const kept = JSON.parse((await rackhand("bench", "list", "--json")).out) as { name: string }[];
    expect(kept.filter(({ name }) => name.startsWith("fio-"))).toHaveLength(shown.steps.length);
    expect(kept.some(({ name }) => name === `fio-${ids[0]!.slice(0, 12)}`)).toBe(true);
    await rackhand("bisect", "report", "--name", "fio", "--out", join(state, "fio-report"));
    const page = readFileSync(join(state, "fio-report/report.html"), "utf8");
    expect(page).toContain("IOPS over time"); // of the two ends, drawn from their runs
    await rackhand("bisect", "abandon", "--name", "fio", "--yes");
    rmSync(place, { recursive: true, maxRetries: 5 });
  },
  240_000,
);

test("a journal that is none, and a bisection that is not here, are told by name", async () => {
  const journal = await rackhand("bisect", "replay", join(state, "nowhere.jsonl"));
  const name = await rackhand("bisect", "status", "--name", "nowhere");

  expect([journal.code, journal.err]).toEqual([2, expect.stringContaining("bisect.no-journal")]);
  expect([name.code, name.err]).toEqual([2, expect.stringContaining('no bisection called "nowhere"')]);
});

test("a person judges by eye, in the terms that were chosen", async () => {
  const plain = repository();
  const ids = Array.from({ length: 20 }, (_, at) => plain.commit(`c${at}`, { n: String(at) }));
  const terms = ["--term-old", "broken", "--term-new", "fixed", "--by-eye"];
  await rackhand(
    "bisect",
    "start",
    "--name",
    "eye",
    "--repo",
    plain.path,
    "--old",
    "c0",
    "--new",
    "c19",
    ...terms,
  );

  const journal = join(state, "bisections/eye/journal.jsonl");
  const before = readFileSync(journal, "utf8");
  const wrong = await rackhand("bisect", "reading", "7", "--name", "eye");
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("broken (0) or fixed (1)")]);
  expect(readFileSync(journal, "utf8")).toBe(before); // nothing of it is there for ever

  let last = { code: 0, out: "", err: "" };
  for (let turn = 0; turn < 60 && !last.out.includes("first fixed commit"); turn += 1) {
    const next = JSON.parse((await rackhand("bisect", "next", "--name", "eye", "--json")).out);
    const at = Number(readFileSync(join(next.directory, "n"), "utf8"));
    const term = at >= 12 ? "fixed" : "broken";
    const state = at >= 12 ? "new" : "old";
    const words = [["mark", term], [term], [state], ["mark", state]];
    last = await rackhand("bisect", ...words[turn % 4]!, "--name", "eye");
  }

  expect(last.out).toContain(`${ids[12]!.slice(0, 12)} is the first fixed commit`);
  expect((await rackhand("bisect", "mark", "good", "--name", "eye")).err).toContain("broken and fixed");
  await rackhand("bisect", "abandon", "--name", "eye", "--yes");
}, 60_000);

test("a person measures: next, reading, skip, and the list has the search", async () => {
  const plain = repository();
  const ids = [0, 1, 2, 3].map((at) => plain.commit(`c${at}`, { n: String(at), odd: String(at % 2) }));
  const ends = ["--repo", plain.path, "--old", "c0", "--new", "c3", "--paths", "n"];
  const hand = (...words: string[]) => rackhand("bisect", ...words, "--name", "hand");
  expect((await hand("start", ...ends)).code).toBe(0);
  const due = async () => JSON.parse((await hand("next", "--json")).out).commit;

  const read: string[] = [];
  let middle = await due();
  for (let turn = 0; turn < 20 && !ids.slice(1, 3).includes(middle); turn += 1) {
    expect((await hand("reading", String((middle === ids[0] ? 100 : 50) + turn / 10))).code).toBe(0);
    read.push(middle);
    middle = await due();
  }
  const skipped = await hand("skip");

  expect(new Set(read)).toEqual(new Set([ids[0], ids[3]])); // the ends first
  expect(ids.slice(1, 3)).toContain(middle);
  expect(await due()).not.toBe(middle);
  expect(JSON.parse((await hand("status", "--json")).out)).toMatchObject({ unreadable: 1 });
  expect([skipped.code, (await rackhand("bisect", "list")).out]).toEqual([
    0,
    expect.stringMatching(/^hand: \d+ readings/),
  ]);
  expect((await hand("fixed")).err).toContain("bisect reading VALUE");
  expect((await hand("abandon", "--yes")).code).toBe(0);
}, 60_000);

const WRONG: [string, string[], string][] = [
  ["an unknown ref", ["--old", "nowhere", "--new", "c2"], "nowhere"],
  ["ends the wrong way round", ["--old", "c2", "--new", "c0"], "--old c0 --new c2"],
  ["one commit as both ends", ["--old", "c2", "--new", "c2"], "c2"],
  ["a budget that is no number", ["--old", "c0", "--new", "c2", "--budget", "soon"], "12h"],
];
test.each(WRONG)("%s is told, and nothing is left of the start", async (_, ends, hint) => {
  const plain = repository();
  for (const at of [0, 1, 2]) plain.commit(`c${at}`);

  const came = await rackhand("bisect", "start", "--name", "wrong", "--repo", plain.path, ...ends);

  expect(came.code).toBe(2);
  expect(came.err).toContain(hint);
  expect(existsSync(join(state, "bisections/wrong"))).toBe(false);
});

test("a command that is not there is trouble, never a reading", async () => {
  const plain = repository();
  for (const at of [0, 1, 2]) plain.commit(`c${at}`);
  const wish = ["--name", "absent", "--repo", plain.path, "--old", "c0", "--new", "c2"];
  await rackhand("bisect", "start", ...wish, "--run", "no-such-bench");

  const ran = await rackhand("bisect", "run", "--name", "absent");

  expect(ran.code).toBe(2);
  expect(ran.err).toContain("not found");
  expect((await rackhand("bisect", "status", "--name", "absent")).out).toContain("0 readings");
  await rackhand("bisect", "abandon", "--name", "absent", "--yes");
}, 60_000);
