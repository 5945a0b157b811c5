import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readExample } from "./core/example.ts";
import { judgeHost } from "./core/judge-host.ts";
import { loadRules } from "./load-rules.ts";

const PLACE = join(import.meta.dirname, "../../captures/check");
const rules = await loadRules();

test("a capture that says neither where it is from nor what is expected is refused", () => {
  expect(() => readExample("from: x\n\nout")).toThrow("expect");
});

for (const rule of rules) {
  describe(rule.id, () => {
    const place = join(PLACE, rule.id);
    const files = existsSync(place) ? readdirSync(place).filter((name) => name.endsWith(".txt")) : [];
    const examples = files.map((name) => ({ name, ...readExample(readFileSync(join(place, name), "utf8")) }));

    test("it shows a failure, a healthy host, and one that looks alike and passes", () => {
      const expected = examples.map(({ expect }) => expect.split(" ")[0]);

      expect(expected.filter((is) => is === "fail").length).toBeGreaterThan(0);
      expect(expected.filter((is) => is === "pass").length).toBeGreaterThan(1);
    });

    test.each(examples)("$name: $expect", ({ expect: wanted, facts, heard }) => {
      const [finding] = judgeHost([rule], { facts, heard: new Map([[rule.id, heard]]) }, true);

      const { verdict } = finding!;
      expect(verdict.is === "fail" ? `fail ${verdict.cause}` : verdict.is, JSON.stringify(verdict)).toBe(
        wanted,
      );
      if (verdict.is === "fail") expect(finding!.remedy?.say).toBeTruthy();
    });
  });
}

test("every capture belongs to a rule", () => {
  const known = new Set(rules.map(({ id }) => id));

  expect((existsSync(PLACE) ? readdirSync(PLACE) : []).filter((name) => !known.has(name))).toEqual([]);
});
