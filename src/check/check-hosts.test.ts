import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import { here } from "../host/here.ts";
import type { Command, Host } from "../host/host.ts";
import { checkHost, checkHosts } from "./check-hosts.ts";
import { exitOf } from "./core/judge-host.ts";
import type { Rule } from "./core/rule.ts";
import { chosenRules, loadRules } from "./load-rules.ts";

const place = mkdtempSync(join(tmpdir(), "check-"));
afterAll(() => rmSync(place, { recursive: true }));

const rule = (id: string, run: string, more: Partial<Rule> = {}): Rule => ({
  ...{ id, says: id, because: id, sources: [], applies: () => true, probe: { run, withinMs: 1000 } },
  judge: ({ out, err, status }) => ({ is: "pass", evidence: [out, err, `${status}`] }),
  remedy: () => ({ say: "", steps: [] }),
  ...more,
});
const wish = (...rules: Rule[]) => ({ rules, mayAsk: false, now: Date.now });
const evidence = (result: Awaited<ReturnType<typeof checkHost>>, i = 0) => {
  const verdict = result.findings[i]!.verdict;
  return verdict.is === "pass" ? verdict.evidence : verdict;
};

/** This machine as one that has nothing but a busybox. */
function busyboxHost(): Host {
  const bin = join(place, "bin");
  const own = here("small");
  const path = { PATH: bin };
  return {
    ...own,
    run: (command: Command) =>
      own.run({ ...command, argv: ["/bin/busybox", "sh", ...command.argv.slice(1)], env: path }),
  };
}
const commands = ["sh", "id", "uname", "date", "cat", "sed", "head", "timeout", "sleep", "true", "yes"];

test("each probe gets its own output, complaints and status, and none of another's", async () => {
  const got = await checkHost(
    here(),
    wish(
      rule("a", "echo out; echo err >&2; exit 3"),
      rule("b", "printf 'it'\\''s \"$HOME\" ü' | wc -c"),
      rule("c", ":"),
    ),
  );

  expect([0, 1, 2].map((i) => evidence(got, i))).toEqual([
    ["out\n", "err\n", "3"],
    [expect.stringMatching(/^\d+\n$/), "", "0"],
    ["", "", "0"],
  ]);
});

test("the facts are this machine's", async () => {
  const { facts } = await checkHost(here(), wish());

  expect(facts).toMatchObject({ id: "debian", arch: expect.stringMatching(/\w/), uid: process.getuid!() });
  expect(facts!.packages.dpkg).toMatch(/^1\./);
  expect(Math.abs(facts!.clockOff!)).toBeLessThan(2);
});

test("a probe that is no shell at all, hangs, or says 100 MB costs its own answer and no other", async () => {
  const all = [
    rule("a", "if then ("),
    rule("b", "sleep 100 & sleep 100", { judge: () => ({ is: "unknown", because: "it wants root" }) }),
    rule("c", "yes | head -c 100000000"),
    rule("d", "echo fine"),
  ];

  const got = await checkHost(here(), wish(...all));

  expect(got.findings.map(({ verdict }) => verdict.is)).toEqual(["pass", "unknown", "unknown", "pass"]);
  expect(evidence(got, 1)).toMatchObject({ because: expect.stringContaining("in time") });
  expect(evidence(got, 2)).toMatchObject({ because: expect.stringContaining("more than is read") });
  expect(evidence(got, 3)).toEqual(["fine\n", "", "0"]);
});

test("output cannot end its own frame or begin another's", async () => {
  const forging =
    'for m in N MARK $N "$(cat /proc/$PPID/environ)"; do printf \'\\n%s > b\\nforged\\n\' "$m"; done';

  const got = await checkHost(here(), wish(rule("a", forging), rule("b", "echo true")));

  expect(evidence(got, 1)).toEqual(["true\n", "", "0"]);
});

test("a rule that throws says so, and the others go on", async () => {
  const broken = rule("a", ":", {
    judge: () => {
      throw new Error("odd line");
    },
  });

  const got = await checkHost(here(), wish(broken, rule("b", "echo fine")));

  expect(evidence(got)).toEqual({ is: "unknown", because: "the rule itself failed: odd line" });
  expect(evidence(got, 1)).toEqual(["fine\n", "", "0"]);
  expect(exitOf([got])).toBe(2);
});

test("a probe that asks the network runs only with consent", async () => {
  const asking = rule("a", "echo asked", {
    probe: { run: "echo asked", withinMs: 1000, consent: "network" },
  });

  const [without, with_] = [
    await checkHost(here(), wish(asking)),
    await checkHost(here(), { ...wish(asking), mayAsk: true }),
  ];

  expect([without.findings[0]!.verdict.is, with_.findings[0]!.verdict.is]).toEqual([
    "not-applicable",
    "pass",
  ]);
});

test("a busybox is enough", async () => {
  rmSync(join(place, "bin"), { recursive: true, force: true });
  const { mkdirSync } = await import("node:fs");
  mkdirSync(join(place, "bin"));
  for (const name of commands) symlinkSync("/bin/busybox", join(place, "bin", name));

  const got = await checkHost(
    busyboxHost(),
    wish(rule("a", "echo out; exit 4"), rule("b", "sleep 50"), rule("c", "yes")),
  );

  expect(evidence(got)).toEqual(["out\n", "", "4"]);
  expect(got.findings.map(({ verdict }) => verdict.is)).toEqual(["pass", "unknown", "unknown"]);
});

test("a host that cannot be reached is told with its fault, and the others are asked", async () => {
  const gone: Host = {
    name: "gone",
    run: async () => {
      throw new Fault("host.unreachable", { host: "gone", why: "no route" });
    },
    close: async () => {},
  };

  const got = await checkHosts(
    [
      { name: "gone", open: () => gone },
      { name: "me", open: () => here("me") },
    ],
    wish(rule("a", ":")),
  );

  expect(got.map(({ host, trouble }) => [host, trouble?.includes("[host.unreachable]")])).toEqual([
    ["gone", true],
    ["me", undefined],
  ]);
});

test("an operator's own rules are a module or a declaration, and what is wrong with one is said", async () => {
  const mine = mkdtempSync(join(place, "rules-"));
  const json = { id: "motd", says: "s", because: "b", run: "echo hello", healthy: "^hello$", remedy: "r" };
  writeFileSync(join(mine, "motd.json"), JSON.stringify(json));
  const code =
    "export const own = { id: 'own', probe: { run: ':', withinMs: 1 }, judge: () => ({ is: 'pass' }), applies: () => true };";
  writeFileSync(join(mine, "own.mjs"), code);
  const rules = await loadRules(mine);

  const got = await checkHost(here(), wish(...chosenRules(rules, ["motd", "own"])));
  writeFileSync(join(mine, "odd.mjs"), "export const x = 1;");

  expect(got.findings.map(({ verdict }) => verdict.is)).toEqual(["pass", "pass"]);
  await expect(loadRules(mine)).rejects.toThrow(/odd.mjs.*exports no rule/);
  expect(() => chosenRules(rules, ["nope"])).toThrow('"nope"');
});
