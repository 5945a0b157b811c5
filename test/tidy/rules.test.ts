import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readExample } from "../../src/check/core/example.ts";
import { judgeHost } from "../../src/check/core/judge-host.ts";
import type { Rule } from "../../src/check/core/rule.ts";
import { loadRules } from "../../src/check/load-rules.ts";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = join(ROOT, "docs/rules.md");
const LONGEST_RULE = 120;
const rules = await loadRules();
/** A manual page, a report, a document of the kernel's, a specification: what one can look up. */
const SOURCE = /\w\(\d\)|https:\/\/|bugs\.launchpad|CVE-\d|Documentation\/|specification|NEWS|commit /;
const DEBIAN = /https:\/\/bugs\.debian\.org\/\d{6,7}\b|Release notes for Debian \d+/;

/** What each rule told apart in its captures, and what it then advises. */
function remediesOf(rule: Rule): ReadonlyMap<string, string> {
  const place = join(ROOT, "captures/check", rule.id);
  const found = readdirSync(place)
    .sort()
    .flatMap((name) => {
      const { facts, heard } = readExample(readFileSync(join(place, name), "utf8"));
      const [one] = judgeHost([rule], { facts, heard: new Map([[rule.id, heard]]) }, true);
      return one!.verdict.is === "fail" ? [[one!.verdict.cause, one!.remedy!.say] as const] : [];
    });
  return new Map(found.reverse());
}

function rulePage(rule: Rule): string[] {
  const network =
    rule.probe.consent === "network" ? " It asks others, so it runs only with `--ask-network`." : "";
  return [
    `## ${rule.id}`,
    "",
    `${rule.says}. Else: ${rule.because}.${network}`,
    "",
    ...[...remediesOf(rule)].sort().map(([cause, say]) => `- **${cause}**: ${say}`),
    "",
    `Sources: ${rule.sources.join("; ")}.`,
    "",
  ];
}

/** The page of all rules, from the rules and their captures. `UPDATE_DOCS=1 npm run check` writes it anew. */
const rulesPage = (): string =>
  [
    "# The rules of `rackhand check`",
    "",
    "What a healthy host does, what it costs where one does not, the ways to fail that are told apart and what mends each, and",
    "where it stands written. [checks.md](checks.md) tells how they are run. This page is generated: `UPDATE_DOCS=1 npm run check`.",
    "",
    ...rules.flatMap(rulePage),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");

test("docs/rules.md is what the rules and their captures say", () => {
  if (process.env.UPDATE_DOCS === "1") writeFileSync(PAGE, rulesPage());

  expect(readFileSync(PAGE, "utf8")).toBe(rulesPage());
});

test(`a rule is one file of at most ${LONGEST_RULE} lines`, () => {
  const long = rules.flatMap(({ id }) => {
    const lines = readFileSync(join(ROOT, `src/check/core/rules/${id}.ts`), "utf8").split("\n").length - 1;
    return lines > LONGEST_RULE ? [`${id}: ${lines} lines`] : [];
  });

  expect(long).toEqual([]);
});

test("every rule cites sources that can be looked up", () => {
  const without = rules.filter(({ sources }) => !sources.some((one) => SOURCE.test(one)));

  expect(without.map(({ id }) => id)).toEqual([]);
});

test("at least eight rules cite Debian's bug reports or release notes", () => {
  const citing = rules.filter(({ sources }) => sources.some((one) => DEBIAN.test(one)));

  expect(citing.map(({ id }) => id).length).toBeGreaterThanOrEqual(8);
});
