import { printable } from "../base/text.ts";
import { percent } from "../base/units.ts";
import { doubtLine, doubtOf } from "../bisect/core/doubt.ts";
import type { Line } from "../bisect/core/journal.ts";
import { bayesian } from "../bisect/core/next.ts";
import { type Move, moveOf, replay, type State } from "../bisect/core/replay.ts";
import { type Step, stepsOf } from "../bisect/core/report.ts";
import { likely, type Standing, toGoWords, verdictWords } from "../bisect/core/told.ts";
import { posterior } from "../plot/core/posterior.ts";
import { type Screen, sketched } from "../plot/core/terminal.ts";

/** After each reading a look for the page, and one line: how the probability lies over the commits now. */
export function watcher(
  tell: (what: string) => void,
  look: (state: State, move: Move) => Promise<void>,
): (state: State, move: Move) => Promise<void> {
  let told = 0;
  return async (state, move) => {
    if (state.readings.length <= told) return;
    told = state.readings.length;
    tell(doubtLine(state, move));
    await look(state, move);
  };
}

type Believed = Step & { readonly best?: { readonly commit: string; readonly probability: number } };

/** Each reading with what was most probable once it was in: the journal up to it, decided anew. */
export function believed(lines: readonly Line[]): Believed[] {
  const ends = lines.flatMap(({ is }, at) => (is === "reading" ? [at + 1] : []));
  return stepsOf(replay(lines)).map((step, at) => {
    const then = replay(lines.slice(0, ends[at]));
    const [best] = likely(then, moveOf(then, bayesian));
    return best === undefined ? step : { ...step, best };
  });
}

export const beliefWords = ({ best }: Believed): string =>
  best === undefined ? "" : `; then ${best.commit.slice(0, 12)} with ${percent(best.probability)}`;

/** Nothing before the first reading: all commits are alike then. */
export function pictureOf(state: State, move: Move, screen: Screen): string[] {
  const doubt = doubtOf(state, move);
  if (doubt.readings.length === 0) return [];
  return ["", ...sketched(posterior(doubt, screen.width / 2), screen), ""];
}

export function titleOf({
  name,
  old,
  new: newest,
  terms,
  candidates,
  inside,
  readings,
  unreadable,
}: Standing) {
  const within = inside === null ? "" : `, inside the merge ${inside.slice(0, 12)}`;
  return [
    `${name}: ${old} (${terms.old}) to ${newest} (${terms.new}), ${candidates} commits${within}`,
    `${readings} readings, ${unreadable} commits that cannot be read`,
  ];
}

export function linesOf(now: Standing): string[] {
  const { likely: left, next, outcome, lastTrouble, forecast } = now;
  return [
    ...left.map(
      ({ commit, probability, subject }) =>
        `${commit.slice(0, 12)} ${percent(probability).padStart(12)}  ${printable(subject)}`,
    ),
    ...(lastTrouble === null ? [] : [`Last trouble: ${lastTrouble}`]),
    ...(next === null ? [] : [`Next: ${next.commit.slice(0, 12)}, because ${next.because}.`]),
    ...(forecast === null || outcome !== null ? [] : [`Readings: ${toGoWords(forecast)}.`]),
    ...(outcome === null ? [] : verdictWords(outcome, now)),
  ];
}
