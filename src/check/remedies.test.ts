import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readExample } from "./core/example.ts";
import { judgeHost } from "./core/judge-host.ts";
import type { Facts } from "./core/rule.ts";
import { loadRules } from "./load-rules.ts";

const PLACE = join(import.meta.dirname, "../../captures/check");
const SYSTEMD_ONLY = /\b(systemctl|timedatectl|hostnamectl|journalctl|systemd-tmpfiles|networkctl)\b/;
const INSTEAD = /\/etc\/init\.d|inittab|\bservice |sysvinit|\/etc\/network\/interfaces/;
const rules = await loadRules();

test("under sysvinit no remedy is for systemd alone", () => {
  const wrong = rules.flatMap((rule) =>
    readdirSync(join(PLACE, rule.id)).flatMap((name) => {
      const { facts: real, heard } = readExample(readFileSync(join(PLACE, rule.id, name), "utf8"));
      const facts: Facts = { ...real, init: "sysvinit" };
      const [finding] = judgeHost([rule], { facts, heard: new Map([[rule.id, heard]]) }, true);
      const say = finding!.remedy?.say ?? "";
      return SYSTEMD_ONLY.test(say) && !INSTEAD.test(say) ? [`${rule.id} ${name}: ${say}`] : [];
    }),
  );

  expect(wrong).toEqual([]);
});
