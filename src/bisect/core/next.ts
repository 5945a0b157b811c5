import { type Belief, believe } from "./belief.ts";
import { bestOf, type Choice } from "./best.ts";
import { type Changes, changesOf, type Known, toldOf, wantedFor } from "./changes.ts";
import { type Classes, oneClass, splitBy } from "./classes.ts";
import { cleaned } from "./clean.ts";
import { type Ends, endsOf } from "./ends.ts";
import { type Engine, type Evidence, type Next, OLD_END, type Search, type Verdict } from "./engine.ts";
import { tallied } from "./evidence.ts";
import { flaky } from "./flaky.ts";
import { forecastOf } from "./forecast.ts";
import { isLine } from "./history.ts";
import { gaussian, knownLevels, type Likelihood, OFFSETS } from "./likelihood.ts";
import { patience } from "./patience.ts";
import { thinSide } from "./thin-side.ts";
import { undivided } from "./undivided.ts";
import { foundOf, notReproducedOf, unsettledOf } from "./verdict.ts";

/**
 * What was decided, and what the decision rests on: for pictures, and to go on from when the next reading
 * has come.
 */
export type Decided = { readonly next: Next; readonly belief: Belief };

/** Each end is read this often before anything between them. */
const FIRST_AT_ENDS = 2;
/** No reading is worth less than this many bits. */
const NOTHING = 1e-9;

/**
 * What to read next, or the verdict: from the evidence alone. `from`: the classes of an earlier decision,
 * to save time.
 */
export function decide(search: Search, evidence: Evidence, from?: Classes): Decided {
  const { history } = search;
  const readings = cleaned(search, evidence.readings);
  const tallies = tallied(readings.values);
  const touched = [...new Set([...tallies, ...evidence.pending].map(({ commit }) => commit))];
  const classes = splitBy(from ?? oneClass(history, search.prior), [...touched, history.size - 1]);
  const ends = endsOf(search, evidence, tallies);
  const offsets = offsetsFor(search, ends);
  const belief = believe(classes, tallies, likelihoodFor(search, ends, offsets));
  const known = { search, evidence, tallies, offsets, least: ends.least, whole: ends.effect };
  return { belief, next: nextOf(known, belief, ends, readings.reference) };
}

const offsetsFor = ({ offsets }: Search, ends: Ends): readonly number[] =>
  offsets === "on" || (offsets === "when-seen" && ends.buildsDiffer) ? OFFSETS : [0];

function likelihoodFor(
  { answers, levels, direction }: Search,
  { least }: Ends,
  offsets: readonly number[],
): Likelihood {
  const towards = direction === undefined ? {} : { direction };
  if (answers === "pass-fail") return flaky(levels === undefined ? towards : { rates: levels });
  if (levels !== undefined) return knownLevels(levels);
  return gaussian({ offsets, least, ...towards });
}

function nextOf(known: Known, belief: Belief, ends: Ends, reference: number | undefined): Next {
  const { search, evidence } = known;
  const { error } = search;
  const { readings, pending } = evidence;
  const newEnd = search.history.size - 1;
  const due = ends.due(FIRST_AT_ENDS);
  if (due !== undefined) return due;
  if (ends.alike) return { do: "stop", verdict: notReproducedOf(ends) };
  const found = foundOf(belief, undivided(search.history, evidence.refused));
  const isFound = found.probability >= 1 - error;
  const maySeveral = severalOn(search) && !ends.doubtful && found.probability > THINKABLE;
  const changes = maySeveral ? changesOf(found, known) : undefined;
  const several = changes !== undefined && (isFound || isRather(changes, found)) ? changes : undefined;
  const wanted = several && wantedFor(several, known);
  const told = several === undefined ? found : toldOf(found, several, known);
  const thin = isFound ? thinSide(belief, found.commits[0]!, known) : undefined;
  if ((isFound || several !== undefined) && wanted === undefined && thin === undefined)
    return { do: "stop", verdict: told };
  const most = search.mostRuns ?? patience(belief, search, changes?.places.length ?? 0);
  if (readings.length + pending.length >= most) {
    if (pending.length > 0) return WAIT;
    const because = search.mostRuns === undefined ? "no-end" : "budget";
    return { do: "stop", verdict: isFound ? told : unsettledOf(belief, search, because) };
  }
  if (reference !== undefined && ends.referenceDue())
    return { do: "read", commit: reference, because: "the machine drifts: a reference" };
  if (thin !== undefined) return { do: "read", commit: thin, because: THIN };
  if (wanted?.commit !== undefined) return { do: "read", commit: wanted.commit, because: wanted.because };
  if (ends.doubtful) return { do: "read", commit: ends.lessRead, because: DOUBTFUL };
  const best = bestOf(belief, search, evidence, [OLD_END, newEnd]);
  if (best !== undefined && best.bits > NOTHING)
    return { do: "read", commit: best.commit, because: whyOf(best, newEnd) };
  if (pending.length > 0) return WAIT;
  if (search.levels !== undefined)
    return { do: "stop", verdict: unsettledOf(belief, search, "nothing-left-to-read") };
  return { do: "read", commit: ends.lessRead, because: DOUBTFUL };
}

/** Several changes are told apart by their levels along a line. */
const severalOn = ({ answers, levels, history }: Search): boolean =>
  answers === "number" && levels === undefined && isLine(history);

const THINKABLE = 0.1;
/** Two changes, one of them the likeliest one, are likelier than one change anywhere. */
const isRather = ({ places, suspicions }: Changes, { probability }: Verdict<number> & { is: "found" }) =>
  places.length > 1 ||
  suspicions.some((one) => one !== undefined && (probability * one.probability) / (1 - one.probability) > 1);

const WAIT: Next = { do: "wait", because: "what is under way may settle it" };
const THIN = "what one side of the change reads like rests on few readings, which may be outliers";
const DOUBTFUL = "whether the two ends differ at all is not sure yet";

function whyOf({ commit, bits, chance }: Choice, newEnd: number): string {
  const worth = `${bits.toFixed(2)} bits`;
  if (commit === OLD_END) return `the old level is what most of the doubt is about (${worth})`;
  if (commit === newEnd) return `the new level is what most of the doubt is about (${worth})`;
  return `the change shows here with ${Math.round(100 * chance)} %, so a reading tells most (${worth})`;
}

/** With fewer readings nobody knows the noise. */
const KNOWN = 2 * FIRST_AT_ENDS;

/** The engine of this room: Bayesian, over every commit at once. */
export const bayesian: Engine = (search, evidence) => {
  const { next, belief } = decide(search, evidence);
  const forecast = evidence.readings.length < KNOWN ? undefined : forecastOf(belief, search);
  return { next, chances: belief.chances, ...(forecast === undefined ? {} : { forecast }) };
};
