import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FAULTS } from "../../src/base/fault.ts";
import { settingsSchema } from "../../src/settings/core/settings.ts";

const PAGE = join(import.meta.dirname, "../../docs/faults.md");

/** The page of all faults, as the table has them. `UPDATE_DOCS=1 npm run check` writes it anew. */
function faultsPage(): string {
  const head = [
    "# Faults",
    "",
    "Every failure an operator can meet, as `src/base/fault.ts` has it: what happened, what to do. Words in braces are filled in.",
    "This page is generated: `UPDATE_DOCS=1 npm run check`.",
    "",
  ];
  const rows = Object.entries(FAULTS).map(([id, { says, remedy }]) => `- \`${id}\`: ${says} **${remedy}**`);
  return `${[...head, ...rows].join("\n")}\n`;
}

test("docs/faults.md lists every fault, and no fault that is gone", () => {
  if (process.env.UPDATE_DOCS === "1") writeFileSync(PAGE, faultsPage());

  expect(readFileSync(PAGE, "utf8")).toBe(faultsPage());
});

test("docs/rackhand.schema.json is the schema that the settings are read by", () => {
  const page = join(import.meta.dirname, "../../docs/rackhand.schema.json");
  const schema = `${JSON.stringify(settingsSchema(), null, 2)}\n`;
  if (process.env.UPDATE_DOCS === "1") writeFileSync(page, schema);

  expect(readFileSync(page, "utf8")).toBe(schema);
});
