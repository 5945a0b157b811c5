import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ARCHITECTURES, LOADERS } from "../../src/boot/core/dhcp/architectures.ts";
import { type Fingerprint, QUIRKS, type Quirk } from "../../src/boot/core/strategy/quirks.ts";
import { WAYS } from "../../src/boot/core/strategy/ways.ts";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = join(ROOT, "docs/quirks.md");

const ASKERS = { rom: "a PXE ROM", ipxe: "iPXE", http: "HTTP Boot" } as const;

/** What firmware does, and how it is answered. `UPDATE_DOCS=1 npm run check` writes it anew. */
function quirksPage(): string {
  const head = [
    "# Quirks",
    "",
    "What firmware was seen to do, and the ways it is answered, as `src/boot/core/strategy/quirks.ts` has them.",
    "The first row that fits a machine counts. Its ways are tried in their order: when an answer led to",
    "nothing (no file asked for within 5 s), the next DISCOVER is answered by the next way, and what worked is kept for",
    "that machine. This page is generated: `UPDATE_DOCS=1 npm run check`.",
  ];
  const ways = Object.entries(WAYS).map(([id, { says }]) => `| \`${id}\` | ${says} |`);
  const architectures = [...ARCHITECTURES].map(([code, { says, firmware }]) => {
    return `| ${code} | ${says} | ${firmware ? `\`${LOADERS[firmware]}\`` : "none here: silence that says so"} |`;
  });
  const parts = [
    ...head,
    ...QUIRKS.flatMap(rowOf),
    ...["", "## Ways", "", "| way | what the answer carries |", "|--|--|", ...ways],
    ...["", "## Architectures", "", "Option 93 by IANA's codes.", ""],
    ...["| code | firmware | loader |", "|--|--|--|", ...architectures],
  ];
  return `${parts.join("\n")}\n`;
}

function rowOf({ id, saw, when, ways, proof }: Quirk): string[] {
  const proofs = "none" in proof ? `none: ${proof.none}` : proof.map((path) => `\`${path}\``).join(", ");
  return [
    ...["", `## ${id}`, "", saw, ""],
    `- for: ${whenWords(when)}`,
    `- with leases of ours: ${ways.dhcp.map((way) => `\`${way}\``).join(", then ")}`,
    `- beside another server: ${ways.proxy.map((way) => `\`${way}\``).join(", then ")}`,
    `- proof: ${proofs}`,
  ];
}

function whenWords({ asker, firmware, macs, vendorClass, asksFor }: Fingerprint): string {
  return [
    ASKERS[asker],
    ...(firmware ? [`on ${firmware.join(" or ")}`] : []),
    ...(macs ? [`whose MAC begins ${macs.join(" or ")}`] : []),
    ...(vendorClass ? [`whose option 60 begins "${vendorClass}"`] : []),
    ...(asksFor ? [`whose option 55 begins ${asksFor.join(" ")}`] : []),
  ].join(", ");
}

test("docs/quirks.md lists every row, way and architecture, and none that is gone", () => {
  if (process.env.UPDATE_DOCS === "1") writeFileSync(PAGE, quirksPage());

  expect(readFileSync(PAGE, "utf8")).toBe(quirksPage());
});

test("every row's proof is there, or it says why there is none", () => {
  const gone = QUIRKS.flatMap(({ proof }) => ("none" in proof ? [] : proof)).filter(
    (path) => !existsSync(join(ROOT, path)),
  );

  expect(gone).toEqual([]);
  for (const { proof } of QUIRKS) expect("none" in proof ? proof.none : proof.length).toBeTruthy();
});

test("every proof that docs/booting.md names is there", () => {
  const page = readFileSync(join(ROOT, "docs/booting.md"), "utf8");
  const named = [...page.matchAll(/`((?:captures|test|src)\/[^`\s]+\.\w+)`/g)].map(([, path]) => path!);

  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
