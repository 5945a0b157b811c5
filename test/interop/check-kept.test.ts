import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { commandLine } from "../support/command-line.ts";

const rackhand = commandLine(() => "http://127.0.0.1:9");
const place = mkdtempSync(join(tmpdir(), "rackhand-kept-"));
const [own, state, out] = ["rules", "state", "out"].map((name) => join(place, name)) as [
  string,
  string,
  string,
];
process.env.RACKHAND_STATE = state;
afterAll(() => rmSync(place, { recursive: true }));
beforeEach(() => {
  for (const path of [own, state, out]) rmSync(path, { recursive: true, force: true });
  for (const path of [own, out]) mkdirSync(path);
  rule("lamp", "echo broken");
});

/** A rule that passes when `run` says lit, and fails by the cause that it says. */
const rule = (id: string, run: string) =>
  writeFileSync(
    join(own, `${id}.mjs`),
    `export const one = { id: "${id}", says: "s", because: "b", sources: [], applies: () => true,
      probe: { run: ${JSON.stringify(run)}, withinMs: 1000 }, remedy: () => ({ say: "Mend it.", steps: [] }),
      judge: ({ out }) => /lit/.test(out) ? { is: "pass" } :
        { is: "fail", cause: out.trim(), found: "it is dark", evidence: [] } };`,
  );
/** A module is read once in a process: a changed rule is another directory's. */
const becomes = (run: string) => {
  const next = mkdtempSync(join(place, "rules-"));
  rule("lamp", run);
  writeFileSync(join(next, "lamp.mjs"), readFileSync(join(own, "lamp.mjs")));
  return next;
};
const check = (rules: string, ...more: string[]) =>
  rackhand("check", "--local", "--rules", rules, "--rule", "lamp", ...more);

test("a failure is told with the moment it was first seen, until it is mended", async () => {
  const broken = becomes("echo broken");
  const first = JSON.parse((await check(broken, "--json")).out)[0].findings[0];
  const again = JSON.parse((await check(broken, "--json")).out)[0].findings[0];
  const words = (await check(broken)).out;
  await check(becomes("echo lit"));
  const later = JSON.parse((await check(broken, "--json")).out)[0].findings[0];

  expect(again.failsSince).toBe(first.failsSince);
  expect(words).toMatch(/Fails since \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
  expect(later.failsSince).toBeGreaterThan(first.failsSince);
});

test("an acknowledged failure is told as that and ends with 0, and is back with another cause", async () => {
  const broken = becomes("echo broken");
  const words = ["--reason", "new bulb in January", "--until", "2099-01-31"];
  expect((await rackhand("check", "acknowledge", "here", "lamp", ...words)).err).toContain(
    "check.not-failing",
  );
  expect((await check(broken)).code).toBe(1);

  const said = await rackhand("check", "acknowledge", "here", "lamp", ...words);
  const [known, other] = [await check(broken), await check(becomes("echo stolen"))];

  expect([said.code, known.code, other.code]).toEqual([0, 0, 1]);
  expect(known.out).toMatch(/acknowledged +lamp/);
  expect(known.out).toContain("By anna until 2099-01-31: new bulb in January");
  expect(other.out).toContain("another cause (broken; now stolen)");
  expect((await rackhand("check", "acknowledged")).out).toContain(
    "here: lamp (broken) until 2099-01-31, by anna",
  );
  expect((await rackhand("check", "unacknowledge", "here", "lamp")).code).toBe(0);
  expect((await check(broken)).code).toBe(1);
  expect((await rackhand("check", "unacknowledge", "here", "lamp")).err).toContain("check.not-acknowledged");
});

test("what is acknowledged may be a file in git, for hosts that were never asked from here", async () => {
  const file = join(out, "baseline.json");
  const words = ["--cause", "broken", "--reason", "r", "--until", "2099-01-31", "--by", "bert"];

  await rackhand("check", "acknowledge", "here", "lamp", ...words, "--baseline", file);

  const broken = becomes("echo broken");
  expect((await check(broken, "--baseline", file)).code).toBe(0);
  expect((await check(broken)).code).toBe(1);
  expect((await check(broken, "--baseline", join(out, "absent"))).err).toContain("check.baseline-wrong");
  writeFileSync(file, "{}");
  expect((await check(broken, "--baseline", file)).err).toContain("no list");
});

test.each([
  ["2020-01-01", "words", "is over"],
  ["2027-02-30", "words", "no day"],
  ["2099-01-01", " ", "Give a reason"],
])("an acknowledgement until %s because of %j is refused", async (until, reason, why) => {
  const more = ["--cause", "x", "--until", until, "--reason", reason];

  const came = await rackhand("check", "acknowledge", "here", "lamp", ...more);

  expect([came.code, came.err]).toEqual([2, expect.stringContaining(why)]);
});

test("the fleet is what the last run of each host knew, new failures marked", async () => {
  expect((await rackhand("check", "fleet")).out).toContain("No run is kept here yet");
  const broken = becomes("echo broken");
  await rackhand("check", "no-such-host.invalid", "--local", "--rules", broken, "--rule", "lamp");
  const fresh = await rackhand("check", "fleet");
  await check(broken);

  const [words, json] = [await rackhand("check", "fleet"), await rackhand("check", "fleet", "--json")];

  expect(fresh.out).toMatch(/lamp:\n +here +NEW +it is dark/);
  expect(words.out).toMatch(/1 failures on 1 of 2 hosts.*here +since .*could not tell:\n +no-such-host/s);
  expect(words.code).toBe(1);
  expect(JSON.parse(json.out)).toMatchObject([
    { host: "here", rule: "lamp", is: "fail", cause: "broken", isNew: false },
    { host: "no-such-host.invalid", rule: null, is: "unknown" },
  ]);
  expect((await rackhand("check", "fleet", "--rule", "other")).code).toBe(2); // one host could not be asked
  await rackhand("check", "forget", "no-such-host.invalid");
  expect((await rackhand("check", "fleet", "--rule", "other")).code).toBe(0);
});

test("runs of several processes at once are all kept", async () => {
  const broken = becomes("echo broken");

  await Promise.all(Array.from({ length: 6 }, () => check(broken)));

  const [file] = readdirSync(join(state, "checks/runs"));
  expect(
    readFileSync(join(state, "checks/runs", file!), "utf8")
      .trim()
      .split("\n"),
  ).toHaveLength(6);
});

test("who asks a host that another is asking waits for it, and each knows of the one before", async () => {
  const slow = becomes("sleep 0.5; echo broken");

  const [one, other] = await Promise.all([check(slow, "--json"), check(slow, "--json")]);

  const [early, late] = [one, other]
    .map(({ out: text }) => JSON.parse(text)[0].findings[0].failsSince)
    .sort((a, b) => a - b);
  expect(late).toBe(early); // the later one found the failure that the earlier one had kept
  const [first, second] = readFileSync(join(state, "checks/runs/here.jsonl"), "utf8").trim().split("\n");
  expect(JSON.parse(second!).at - JSON.parse(first!).at).toBeGreaterThanOrEqual(500);
});

test("evidence and remedy of a failure are kept, and who asked", async () => {
  await check(becomes("echo broken"));

  const run = JSON.parse(readFileSync(join(state, "checks/runs/here.jsonl"), "utf8"));

  expect(run).toMatchObject({ by: "anna", known: { lamp: { evidence: [], remedy: "Mend it." } } });
});

test("a state that cannot be written costs the memory, not the answer", async () => {
  writeFileSync(state, "a file in the way");

  const came = await check(becomes("echo lit"));

  expect([came.code, came.err]).toEqual([0, expect.stringContaining("This run is not kept: ")]);
});

test.each(["sarif", "junit", "textfile"])(
  "--%s is printed, or written whole with the words beside",
  async (form) => {
    const broken = becomes("echo broken");
    const path = join(out, "form");

    const printed = await check(broken, `--${form}`);
    const written = await check(broken, `--${form}`, "--out", path);

    expect([printed.code, written.code]).toEqual([1, 1]);
    expect(printed.out).toContain("lamp");
    expect(written.out).toContain("FAIL");
    expect(readFileSync(path, "utf8")).toContain("lamp");
    expect(readdirSync(out)).toEqual(["form"]);
  },
);

test("a form that cannot be written, two forms and --out alone are refused", async () => {
  const lit = becomes("echo lit");

  expect((await check(lit, "--sarif", "--out", join(out, "no/such/place"))).err).toContain(
    "check.not-written",
  );
  expect((await check(lit, "--sarif", "--junit")).err).toContain("one form a run");
  expect((await check(lit, "--out", join(out, "x"))).err).toContain("--out goes with");
});

test.each([
  ["a module", []],
  ["a declaration", ["--declared"]],
])("a new rule as %s runs at once, and none is written over", async (_, how) => {
  const id = `new-${how.length}`;
  const made = await rackhand("check", "new", id, "--rules", out, ...how);

  const ran = await rackhand("check", "--local", "--rules", out, "--rule", id, "--json");

  expect(made.code).toBe(0);
  expect(JSON.parse(ran.out)[0].findings).toMatchObject([{ rule: id }]);
  expect(ran.code).toBe(0);
  expect((await rackhand("check", "new", id, "--rules", out, ...how)).err).toContain("check.not-written");
});

test("an id that is none is refused, and outside of a clone a directory has to be named", async () => {
  expect((await rackhand("check", "new", "../x", "--rules", out)).err).toContain("is no id");
  expect((await rackhand("check", "new", "x", "--declared")).err).toContain("--declared goes with --rules");
  const was = process.cwd;
  process.cwd = () => out;
  try {
    expect((await rackhand("check", "new", "x")).err).toContain("Say --rules DIR");
  } finally {
    process.cwd = was;
  }
});

test("a new rule of the project passes compiler, linter and its captures as it is written", async () => {
  const root = join(import.meta.dirname, "../..");
  const clone = join(out, "clone");
  mkdirSync(clone);
  for (const path of ["src/check", "src/base", "src/host", "captures/check/boot-room"])
    execFileSync("cp", ["-r", "--parents", path, clone], { cwd: root });
  for (const name of ["biome.json", "tsconfig.base.json", "tsconfig.core.json", "package.json"])
    execFileSync("cp", [join(root, name), clone]);
  const was = process.cwd;
  process.cwd = () => clone;
  const made = await rackhand("check", "new", "an-id-of-forty-characters-as-long-as-can").finally(() => {
    process.cwd = was;
  });

  const bin = (name: string, ...args: string[]) =>
    execFileSync(join(root, "node_modules/.bin", name), args, {
      cwd: clone,
      encoding: "utf8",
      stdio: "pipe",
    });
  expect(made.out.match(/Written/g)).toHaveLength(5);
  bin("biome", "check", "--vcs-enabled=false", "--error-on-warnings", "src/check/core/rules");
  bin("tsc", "-p", "tsconfig.core.json", "--noEmit", "--composite", "false", "--incremental", "false");
  const { captures } = await judged(clone, "an-id-of-forty-characters-as-long-as-can");
  expect(captures.sort()).toEqual([
    "disabled: fail disabled",
    "healthy: pass",
    "look-alike-comment: pass",
    "none: not-applicable",
  ]);
}, 60_000);

/** The captures of a rule in that clone, each with what it is judged as. */
async function judged(clone: string, id: string) {
  const load = (path: string) => import(join(clone, path));
  const { loadRules } = await load("src/check/load-rules.ts");
  const { readExample } = await load("src/check/core/example.ts");
  const { judgeHost } = await load("src/check/core/judge-host.ts");
  const rule = (await loadRules()).find((one: { id: string }) => one.id === id);
  const place = join(clone, "captures/check", id);
  expect(existsSync(place)).toBe(true);
  const captures = readdirSync(place).map((name) => {
    const { facts, heard } = readExample(readFileSync(join(place, name), "utf8"));
    const [{ verdict }] = judgeHost([rule], { facts, heard: new Map([[id, heard]]) }, true);
    return `${name.slice(0, -4)}: ${verdict.is === "fail" ? `fail ${verdict.cause}` : verdict.is}`;
  });
  return { captures };
}
