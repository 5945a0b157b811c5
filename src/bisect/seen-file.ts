import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { doubtOf, doubtSvg } from "./core/doubt.ts";
import type { Move, State } from "./core/replay.ts";
import type { Standing } from "./core/told.ts";

/**
 * How a search stood when somebody last looked, beside its journal: reckoned by whoever measures, so that a
 * page that shows it reckons nothing. It is a copy; the journal is what counts.
 */
export type Seen = {
  readonly at: number; // milliseconds since 1970
  readonly standing: Standing;
  readonly picture: string | null; // SVG; null before the first reading
};

const fileIn = (directory: string) => join(directory, "seen.json");

type Look = { readonly state: State; readonly move: Move; readonly standing: Standing; readonly at: number };

export function keepSeen(directory: string, { state, move, standing, at }: Look): void {
  const doubt = doubtOf(state, move);
  const picture = doubt.readings.length === 0 ? null : doubtSvg(doubt);
  const seen: Seen = { at, standing, picture };
  const beside = `${fileIn(directory)}.${process.pid}`;
  writeFileSync(beside, JSON.stringify(seen));
  renameSync(beside, fileIn(directory));
}

/** Nothing when nobody has looked yet, or when what lies there is not ours. */
export function seenIn(directory: string): Seen | undefined {
  try {
    const seen = JSON.parse(readFileSync(fileIn(directory), "utf8")) as Seen;
    return typeof seen.at === "number" && typeof seen.standing?.name === "string" ? seen : undefined;
  } catch {
    return undefined;
  }
}
