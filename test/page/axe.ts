import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

type Rule = { id: string; impact: string | null; nodes: { target: string[]; failureSummary?: string }[] };

/** What axe-core finds serious or critical, each with the places. The terminal's colours are the machine's own. */
export async function barriers(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(SOURCE);
  const violations = await page.evaluate(async () => {
    type Axe = { run: (where: object, how: object) => Promise<{ violations: Rule[] }> };
    const { axe } = window as unknown as { axe: Axe };
    const found = await axe.run({ exclude: [[".xterm"]] }, { resultTypes: ["violations"] });
    return found.violations;
  });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}
