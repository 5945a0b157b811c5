import type { CheckedHost, CheckFinding, FleetRow } from "../../src/api/check-rows.ts";
import { duration } from "../../src/base/units.ts";
import type { Look } from "./look.ts";

export type Told = { readonly look: Look; readonly word: string };

/** How a row of the fleet stands, in a word and a shape. */
export function rowTold({ is, rule, acknowledged, isNew }: FleetRow): Told {
  if (is === "changed") return { look: "off", word: "changed" };
  if (is === "unknown")
    return rule === null
      ? { look: "unknown", word: "could not be asked" }
      : { look: "unknown", word: "could not tell" };
  if (acknowledged !== null) return { look: "off", word: "acknowledged" };
  return { look: "bad", word: isNew ? "fails, new" : "fails" };
}

const FINDINGS = {
  pass: { look: "good", word: "passes" },
  fail: { look: "bad", word: "fails" },
  unknown: { look: "unknown", word: "could not tell" },
  "not-applicable": { look: "off", word: "does not apply" },
} as const satisfies Record<CheckFinding["is"], Told>;

export const findingTold = ({ is, acknowledged }: CheckFinding): Told =>
  acknowledged === null ? FINDINGS[is] : { look: "off", word: "acknowledged" };

export function hostTold({ fails, unknown, trouble }: CheckedHost): Told {
  if (fails > 0) return { look: "bad", word: `${fails} ${fails === 1 ? "fails" : "fail"}` };
  if (trouble !== null) return { look: "unknown", word: "could not be asked" };
  return unknown > 0
    ? { look: "unknown", word: `${unknown} could not tell` }
    : { look: "good", word: "fine" };
}

/** Every word typed must be in the row: its host, rule, state or what was found. */
export function matchingRows(rows: readonly FleetRow[], wanted: string): readonly FleetRow[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (row: FleetRow) =>
    [row.host, row.rule ?? "", rowTold(row).word, row.says, row.acknowledged?.by ?? ""]
      .join(" ")
      .toLowerCase();
  return words.length === 0 ? rows : rows.filter((row) => words.every((word) => text(row).includes(word)));
}

const named = (host: string): string => (host === "here" ? "--local" : host);

/** What a person types to ask again, or to mend it. */
export const checkLine = (host: string, finding?: Pick<CheckFinding, "rule" | "mends">): string =>
  `rackhand check ${named(host)}${finding === undefined ? "" : ` --rule ${finding.rule}${finding.mends ? " --fix" : ""}`}`;

export const acknowledgeLine = (host: string, rule: string, now: number): string =>
  `rackhand check acknowledge ${host} ${rule} --reason "…" --until ${inAMonth(now)}`;

/** `24 h`, `7 d`: as somebody wrote it in the settings. */
export function everyWords(ms: number): string {
  const hours = ms / 3_600_000;
  if (!Number.isInteger(hours)) return duration(ms);
  return hours > 24 && hours % 24 === 0 ? `${hours / 24} d` : `${hours} h`;
}

const inAMonth = (now: number): string => new Date(now + 30 * 86_400_000).toISOString().slice(0, 10);
