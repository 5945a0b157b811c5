import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { commandLine } from "../support/command-line.ts";

const rackhand = commandLine(() => "http://127.0.0.1:9");
const own = mkdtempSync(join(tmpdir(), "rackhand-rules-"));
process.env.RACKHAND_STATE = join(own, "state"); // runs are kept there
afterAll(() => rmSync(own, { recursive: true }));

const rule = (id: string, run: string, healthy: string) =>
  writeFileSync(
    join(own, `${id}.json`),
    JSON.stringify({ id, says: "s", because: "b", run, healthy, remedy: `Mend ${id}.` }),
  );

test("this machine answers each rule, whatever it is, and each answer is one of the four", async () => {
  const came = await rackhand("check", "--local", "--json");

  const [{ findings, facts, trouble }] = JSON.parse(came.out);
  expect(trouble).toBeUndefined();
  expect(facts.kernel).not.toBe("");
  expect(findings.length).toBeGreaterThan(2);
  for (const { verdict } of findings) expect(verdict.is).toMatch(/^(pass|fail|unknown|not-applicable)$/);
});

test("a rule of one's own that fails is shown with its remedy, and ends with 1; one that passes with 0", async () => {
  rule("here-is-it", "echo it is", "it is");
  rule("not-here", "echo \u001b[31msomething else", "it is");

  const good = await rackhand("check", "--local", "--rules", own, "--rule", "here-is-it");
  const bad = await rackhand("check", "--local", "--rules", own, "--rule", "not-here");

  expect([good.code, bad.code]).toEqual([0, 1]);
  expect(bad.out).toContain("Mend not-here.");
  expect(bad.out).not.toContain("\u001b"); // a host's words do not steer the terminal
});

test("a host that cannot be reached could not be told, and the others are asked", async () => {
  rule("here-is-it", "echo it is", "it is");

  const came = await rackhand(
    "check",
    "no-such-host.invalid",
    "--local",
    "--rules",
    own,
    "--rule",
    "here-is-it",
  );

  expect(came.code).toBe(2);
  expect(came.out).toContain("no-such-host.invalid: could not be asked");
  expect(came.out).toMatch(/pass +here-is-it/);
});

test("an unknown rule is wrong use", async () => {
  expect((await rackhand("check", "--local", "--rule", "nonsense")).err).toContain("check rules");
});

test("a way back that has no name, --yes alone, and no host are wrong use", async () => {
  for (const words of ["undo nonsense --local", "undo x-20261129-3fa2", "--local --yes", "undo --list"]) {
    expect([words, (await rackhand("check", ...words.split(" "))).code]).toEqual([words, 2]);
  }
});
