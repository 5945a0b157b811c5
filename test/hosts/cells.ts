import type { Rule } from "../../src/check/core/rule.ts";
import { loadRules } from "../../src/check/load-rules.ts";
import { ELSEWHERE, TRAPS } from "./traps/all.ts";
import { TREES, type TreeId } from "./trees.ts";

/** A host in one state, and what the rule is to say of it. */
export type Row = {
  readonly is: "broken" | "healthy" | "look-alike";
  readonly says: string; // the state in a few words, for the table
  readonly makes: string; // a script, as root, in a tree that has just booted
  readonly expect: string; // `pass`, `fail CAUSE`, `not-applicable`
  readonly on?: readonly TreeId[]; // all systemd trees when not said
  /** All other rules are asked after it, in the same script: each has its answer, whatever this one waits for. */
  readonly beside?: true;
  /** What its remedy tells people to do, done; then it passes. */
  readonly follows?: string;
  /** Its remedy has steps: they are taken, and taken back. */
  readonly mends?: {
    readonly works: string; // ends with 0 once what the trap took is there again
    readonly boots?: string; // what a boot is to it: ends with 0 when it works again
    readonly ages?: string; // ends with 0 when the mended host's gains are gone after the way back
    readonly shows?: string; // what else must be as before
    readonly rights?: string; // directories of which rights count
  };
};
export type Cell = { readonly id: string; readonly tree: TreeId; readonly rule: Rule; readonly row: Row };

export const rules = await loadRules();
const SYSTEMD = (Object.keys(TREES) as TreeId[]).filter((id) => TREES[id].init === "systemd");

/** Rule, state, tree: in the order of the tables. */
export function allCells(): Cell[] {
  return Object.entries(TRAPS).flatMap(([id, rows]) =>
    rows.flatMap((row) =>
      (row.on ?? SYSTEMD).map((tree) => ({
        ...{ tree, row, id: `${id}/${row.says}/${tree}` },
        rule: rules.find((rule) => rule.id === id)!,
      })),
    ),
  );
}

/** Rules with no row, or too few, and no word on where they are proven; and broken hosts that nothing mends. */
export function missingRows(): string[] {
  return rules.flatMap(({ id }) => {
    const lost = (TRAPS[id] ?? []).filter(
      ({ is, mends, follows }) => is === "broken" && mends === undefined && follows === undefined,
    );
    if (lost.length > 0) return lost.map(({ says }) => `${id}: ${says}: nothing mends it`);
    if (ELSEWHERE[id] !== undefined) return [];
    const kinds = new Set(TRAPS[id]?.map(({ is }) => is));
    return (["broken", "healthy", "look-alike"] as const)
      .filter((kind) => !kinds.has(kind))
      .map((kind) => `${id}: no ${kind} host`);
  });
}
