import { duration, percent } from "../../base/units.ts";
import type { Also, Effect, Span, Verdict } from "./engine.ts";
import { outlookOf } from "./forecast.ts";
import type { Move, State } from "./replay.ts";

/** A search as it stands, for whoever asks: the same for terminal, report and page. */
export type Standing = {
  readonly name: string;
  readonly repo: string;
  readonly old: string;
  readonly new: string;
  readonly terms: { readonly old: string; readonly new: string };
  readonly candidates: number;
  readonly inside: string | null; // the merge that is looked into
  readonly readings: number;
  readonly unreadable: number;
  readonly spentMs: number;
  readonly error: number;
  readonly next: { readonly commit: string; readonly because: string } | null;
  /** The most probable first. */
  readonly likely: readonly Likely[];
  readonly outcome: Verdict<string> | null;
  readonly lastTrouble: string | null;
  readonly forecast: ToGo | null; // null before the noise is known, and at the end
};
/** What is still to come: readings, and the time they take with their builds where a run takes any. */
export type ToGo = { readonly readings: Span; readonly ms: Span | null };
export type Likely = { readonly commit: string; readonly subject: string; readonly probability: number };

const SHOWN = 10;

/** The commits worth naming: what the most probability is on. */
export function likely({ stage }: State, { chances }: Move): { commit: string; probability: number }[] {
  return Array.from(chances, (probability, at) => ({ commit: stage.ids[at]!, probability }))
    .filter(({ probability }) => probability >= 0.001)
    .sort((a, b) => b.probability - a.probability)
    .slice(0, SHOWN);
}

export function standing(state: State, move: Move, subjects: ReadonlyMap<string, string>): Standing {
  const { settings, stage, readings, refused, spentMs, troubles } = state;
  const { name, repo, asked, terms, error } = settings;
  return {
    ...{ name, repo, terms, error, old: asked.old, new: asked.new },
    candidates: stage.ids.length,
    inside: stage.inside ?? null,
    readings: readings.length,
    unreadable: refused.size,
    spentMs,
    next: move.do === "read" ? { commit: move.commit, because: move.because } : null,
    likely: likely(state, move).map((one) => ({ ...one, subject: subjects.get(one.commit) ?? "" })),
    outcome: move.do === "end" ? move.outcome : null,
    lastTrouble: troubles.at(-1)?.because ?? null,
    forecast: toGo(state, move),
  };
}

export function toGo({ readings, stageBegan, buildMs, settings }: State, { forecast }: Move): ToGo | null {
  if (forecast === undefined) return null;
  const mean = (all: readonly number[]) => all.reduce((sum, one) => sum + one, 0) / Math.max(1, all.length);
  const run = mean(readings.slice(stageBegan).map(({ tookMs }) => tookMs));
  const build = settings.build === undefined ? 0 : mean(buildMs);
  const machines = Math.max(1, settings.hosts.length);
  const timeOf = (count: number) => (count * run + Math.min(count, forecast.builds) * build) / machines;
  const { low, likely: middle, high } = forecast.readings;
  const ms = { low: timeOf(low), likely: timeOf(middle), high: timeOf(high) };
  return { readings: forecast.readings, ms: run + build === 0 ? null : ms };
}

/** `34 to go (12 to 90), 2 h (40 min to 6 h)`: in 8 searches of 10 it comes out within the brackets. */
export function toGoWords({ readings, ms }: ToGo): string {
  const count = `${readings.likely} to go (${readings.low} to ${readings.high})`;
  return ms === null ? count : `${count}, ${rough(ms.likely)} (${rough(ms.low)} to ${rough(ms.high)})`;
}

/** Nobody forecasts the seconds of a minute. */
const rough = (ms: number): string => duration(ms).replace(/(?<=min) \d+ s$/, "");

/** Before anything was read. */
export function outlookWords(commits: number, error: number): string {
  const [first, ...others] = outlookOf(commits, error);
  const more = others.map(({ effect, readings }) => `${readings} if ${effect} times`);
  return `${commits} commits take about ${first!.readings} readings if the change is ${first!.effect} times what one reading spreads by, ${more.join(", ")}.`;
}

/** The verdict in words; a bare winner is never named. */
export function verdictWords(
  outcome: Verdict<string>,
  { terms, error }: Pick<Standing, "terms" | "error">,
): string[] {
  const short = (commit: string) => commit.slice(0, 12);
  if (outcome.is === "found") {
    const { commits, probability, effect, share, also = [], others } = outcome;
    const which =
      commits.length === 1
        ? `${short(commits[0]!)} is the first ${terms.new} commit`
        : `One of ${commits.map(short).join(", ")} is the first ${terms.new} commit; nothing that builds tells them apart`;
    const part = share === undefined ? "" : `, ${shareWords(share)} of the whole; it is not the only change`;
    const further =
      others === undefined
        ? []
        : [
            `That there is a further change of ${number(others.least)} or more: ${percent(others.probability)}.`,
          ];
    return [
      `${which}: ${percent(probability)}.`,
      `It changed the reading by ${interval(effect)}${part}.`,
      ...also.map(alsoWords),
      ...further,
    ];
  }
  if (outcome.is === "not-reproduced" && outcome.least !== undefined)
    return [
      `No change of ${number(outcome.least)} or more: the two ends read ${interval(outcome.effect)} apart; one reading spreads by ${number(outcome.noise)}.`,
    ];
  if (outcome.is === "not-reproduced")
    return [
      `Not reproduced: the two ends read alike, ${interval(outcome.effect)} apart; one reading spreads by ${number(outcome.noise)}.`,
    ];
  return [
    `${UNSETTLED[outcome.because]}: ${outcome.left.length} commits hold the change with ${percent(outcome.probability)}.`,
    `To settle it with ${percent(1 - error)}, about ${Math.ceil(outcome.runsToSettle)} more runs at this noise.`,
  ];
}

const UNSETTLED = {
  budget: "The budget is used up",
  "no-end":
    "As many readings as the smallest change takes did not settle it (does the machine get faster and slower?)",
  "nothing-left-to-read": "Nothing is left that can be read",
} as const satisfies Record<string, string>;

function alsoWords({ commits, after, upTo, probability, effect, share }: Also<string>): string {
  const short = (commit: string) => commit.slice(0, 12);
  const by = `by ${interval(effect)}, ${shareWords(share)} of the whole`;
  if (commits?.length === 1) return `${short(commits[0]!)} changed it too, ${by}: ${percent(probability)}.`;
  return `Another change, ${by}, lies after ${short(after)}, up to ${short(upTo)}.`;
}

const shareWords = ({ mean, low, high }: Effect): string =>
  `${Math.round(100 * mean)} % (95 %: ${Math.round(100 * low)} to ${Math.round(100 * high)})`;

export const number = (value: number): string => String(Number(value.toPrecision(4)));
export const interval = ({ mean, low, high }: { mean: number; low: number; high: number }): string =>
  `${number(mean)} (95 %: ${number(low)} to ${number(high)})`;
