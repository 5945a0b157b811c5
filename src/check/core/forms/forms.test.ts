import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Finding } from "../judge-host.ts";
import type { Rule } from "../rule.ts";
import type { ToldRun } from "../told-run.ts";
import { junit } from "./junit.ts";
import { sarif } from "./sarif.ts";
import { textfile } from "./textfile.ts";

const place = mkdtempSync(join(tmpdir(), "forms-"));
afterAll(() => rmSync(place, { recursive: true }));

/** Everything that breaks a parser, a terminal or a label. */
const HOSTILE = "\u0000\u0008\u001b[2J\"'<&>]]>\\ \n\r\t\u0085\u2028\ud800x\udfff\ufffe\uffff {}#é漢😀";
const rule = (id: string): Rule => ({
  ...{ id, says: `says ${id}`, because: `because ${id}`, sources: ["hier(7)"], applies: () => true },
  ...{
    probe: { run: ":", withinMs: 1 },
    judge: () => ({ is: "pass" }),
    remedy: () => ({ say: "", steps: [] }),
  },
});
const failing = (id: string, more: Partial<Finding> = {}): Finding => ({
  rule: id,
  verdict: { is: "fail", cause: "odd", found: HOSTILE, evidence: [HOSTILE, "plain"] },
  remedy: { say: "Mend it.", steps: [] },
  ...more,
});
const RUN: ToldRun = {
  rules: ["a", "b", "c", "d", "e"].map(rule),
  version: "1.2.3",
  began: Date.UTC(2026, 10, 29, 8),
  ended: Date.UTC(2026, 10, 29, 8, 0, 2),
  results: [
    {
      host: "root@db1.example.org",
      findings: [
        failing("a", { failsSince: Date.UTC(2026, 10, 1) }),
        failing("b", { acknowledged: { reason: HOSTILE, by: "anna", until: "2027-01-31" } }),
        { rule: "c", verdict: { is: "pass" } },
        { rule: "d", verdict: { is: "unknown", because: HOSTILE } },
        { rule: "e", verdict: { is: "not-applicable", because: "no LDAP" } },
      ],
    },
    { host: 'odd"\\\n<h>', findings: [], trouble: HOSTILE },
  ],
};
const lacks = (name: string) => spawnSync(name, ["--version"]).error !== undefined;

test("SARIF has what fails as results, with rule, host and a fingerprint that no wording changes", () => {
  const [run] = JSON.parse(sarif(RUN)).runs;

  expect(run.results.map((one: { ruleId: string; level: string }) => [one.ruleId, one.level])).toEqual([
    ["a", "error"],
    ["b", "error"],
  ]);
  const [first, second] = run.results;
  expect(run.tool.driver.rules[first.rule.index].id).toBe("a");
  expect(first.locations[0].logicalLocations[0].fullyQualifiedName).toBe("root@db1.example.org");
  expect(first.partialFingerprints).toEqual({ "hostRuleCause/v1": "root@db1.example.org/a/odd" });
  expect(first.suppressions).toEqual([]);
  expect(second.suppressions).toMatchObject([{ kind: "external", status: "accepted" }]);
  expect(first.message.text).toMatch(/plain\nMend it\.$/);
});

test("SARIF has what could not be told as the tool's notifications, and a host in trouble as no success", () => {
  const [{ invocations }] = JSON.parse(sarif(RUN)).runs;

  const [{ executionSuccessful, toolExecutionNotifications }] = invocations;
  expect(executionSuccessful).toBe(false);
  expect(toolExecutionNotifications).toMatchObject([
    { level: "warning", associatedRule: { id: "d", index: 3 } },
    { level: "error" },
  ]);
});

test("SARIF says no more and nothing else than 2.1.0 lets these objects say", () => {
  const log = JSON.parse(sarif(RUN));

  for (const [path, value] of objectsIn(log)) {
    const allowed = ALLOWED[path];
    expect(allowed, path).toBeDefined();
    expect(
      Object.keys(value).filter((key) => !allowed!.includes(key)),
      path,
    ).toEqual([]);
  }
});

/** Properties as the schema of SARIF 2.1.0 (errata 01) has them, of the objects that we write. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "": ["$schema", "version", "runs"],
  "/runs": ["tool", "automationDetails", "invocations", "results"],
  "/runs/tool": ["driver"],
  "/runs/tool/driver": ["name", "version", "rules"],
  "/runs/tool/driver/rules": ["id", "shortDescription", "fullDescription", "help", "defaultConfiguration"],
  "/runs/tool/driver/rules/shortDescription": ["text"],
  "/runs/tool/driver/rules/fullDescription": ["text"],
  "/runs/tool/driver/rules/help": ["text"],
  "/runs/tool/driver/rules/defaultConfiguration": ["level"],
  "/runs/automationDetails": ["id"],
  "/runs/invocations": ["executionSuccessful", "startTimeUtc", "endTimeUtc", "toolExecutionNotifications"],
  "/runs/invocations/toolExecutionNotifications": ["level", "message", "locations", "associatedRule"],
  "/runs/invocations/toolExecutionNotifications/message": ["text"],
  "/runs/invocations/toolExecutionNotifications/associatedRule": ["id", "index"],
  "/runs/invocations/toolExecutionNotifications/locations": ["logicalLocations"],
  "/runs/invocations/toolExecutionNotifications/locations/logicalLocations": [
    ...["name", "fullyQualifiedName", "kind"],
  ],
  "/runs/results": [
    ...["ruleId", "rule", "kind", "level", "message", "locations", "partialFingerprints"],
    ...["suppressions", "properties"],
  ],
  "/runs/results/rule": ["id", "index"],
  "/runs/results/message": ["text"],
  "/runs/results/locations": ["logicalLocations"],
  "/runs/results/locations/logicalLocations": ["name", "fullyQualifiedName", "kind"],
  "/runs/results/partialFingerprints": ["hostRuleCause/v1"],
  "/runs/results/suppressions": ["kind", "status", "justification"],
  "/runs/results/properties": ["cause", "failsSince", "lapsed"],
};

function objectsIn(value: unknown, path = ""): [string, object][] {
  if (Array.isArray(value)) return value.flatMap((one) => objectsIn(one, path));
  if (typeof value !== "object" || value === null) return [];
  return [[path, value], ...Object.entries(value).flatMap(([key, one]) => objectsIn(one, `${path}/${key}`))];
}

test("JUnit has a case for each rule and counts them by what they are", () => {
  const text = junit(RUN);

  expect(text).toContain('tests="6" failures="1" errors="2" skipped="2" time="2.000"');
  expect(text).toContain('timestamp="2026-11-29T08:00:00"');
  expect(text).toContain('<testcase classname="check.root@db1_example_org" name="c"/>');
  expect(text).toMatch(/name="b"><skipped message="acknowledged by anna until 2027-01-31: /);
  expect(text).toMatch(/name="can be asked"><error message=/);
});

test("JUnit is XML to a parser of others, whatever a host said", ({ skip }) => {
  skip(lacks("xmllint"), "no xmllint (package libxml2-utils)");
  const path = join(place, "junit.xml");
  writeFileSync(path, junit(RUN));

  const query = (xpath: string) =>
    execFileSync("xmllint", ["--xpath", xpath, path], { encoding: "utf8" }).trim();
  expect(query("count(//testcase)")).toBe("6");
  expect(query("count(//failure[@type='odd'])")).toBe("1");
  expect(query("string(//failure/@message)")).toContain("é漢😀");
});

test("the textfile has 1 for a trap, 0 for none, and no sample where nobody could tell", () => {
  const text = textfile(RUN);

  const failed = text.split("\n").filter((line) => line.startsWith("rackhand_check_failed{"));
  expect(failed.map((line) => line.replace(/^.*rule=/, ""))).toEqual(['"a"} 1', '"b"} 1', '"c"} 0']);
  expect(text).toContain('rackhand_check_acknowledged{host="root@db1.example.org",rule="b"} 1');
  expect(text).toContain('rackhand_check_unknown{host="root@db1.example.org",rule="d"} 1');
  expect(text).toContain('rackhand_check_host_up{host="odd\\"\\\\\\\\x0a<h>"} 0');
});

test("promtool has nothing to say against the textfile", ({ skip }) => {
  skip(lacks("promtool"), "no promtool (package prometheus)");
  const said = spawnSync("promtool", ["check", "metrics"], { input: textfile(RUN), encoding: "utf8" });

  expect([said.status, said.stdout, said.stderr]).toEqual([0, "", ""]);
});
