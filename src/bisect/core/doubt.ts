import { percent } from "../../base/units.ts";
import { type Doubt, posterior } from "../../plot/core/posterior.ts";
import { spark } from "../../plot/core/spark.ts";
import { type Sheet, svg } from "../../plot/core/svg.ts";
import type { Move, State } from "./replay.ts";
import { answersOf } from "./settings.ts";
import { likely, toGo, toGoWords } from "./told.ts";

/** What there is to be seen of a search: its stage, and what was read in it. */
export function doubtOf(state: State, move: Move): Doubt {
  const { stage, settings, readings, stageBegan } = state;
  const { terms, asked } = settings;
  const placeOf = new Map([stage.old, ...stage.ids].map((id, at) => [id, at - 1]));
  const [top] = likely(state, move);
  const label = top === undefined ? "" : `${top.commit.slice(0, 12)}: ${percent(top.probability)}`;
  const { inside } = stage;
  return {
    old: inside === undefined ? `${asked.old} (${terms.old})` : stage.old.slice(0, 12),
    new: inside === undefined ? `${asked.new} (${terms.new})` : `the merge ${inside.slice(0, 12)}`,
    unit: answersOf(settings) === "number" ? "reading" : `0 is ${terms.old}, 1 is ${terms.new}`,
    probability: move.chances,
    readings: readings.slice(stageBegan).flatMap(({ commit, value }) => {
      const at = placeOf.get(commit);
      return at === undefined ? [] : [{ at, value }];
    }),
    ...(top === undefined || top.probability < STANDS_OUT
      ? {}
      : { top: { at: placeOf.get(top.commit)!, label } }),
  };
}

const STANDS_OUT = 0.05;
const SPARK = 40;
const BARS = 200;

/** The same as SVG. */
export const doubtSvg = (doubt: Doubt, sheet?: Sheet): string => svg(posterior(doubt, BARS), sheet);

/** The same on one line, for what scrolls by. */
export function doubtLine(state: State, move: Move): string {
  const { probability, top } = doubtOf(state, move);
  const bars = spark(probability, SPARK);
  const count = state.readings.length;
  const ahead = toGo(state, move);
  const label = [top?.label ?? [], ahead === null ? [] : toGoWords(ahead)].flat().join("; ");
  return `${count} ${count === 1 ? "reading" : "readings"} ▕${bars}▏ ${label}`.trimEnd();
}
