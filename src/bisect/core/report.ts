import { duration, percent } from "../../base/units.ts";
import { SETTINGS, type Setting } from "../../bench/core/environment.ts";
import type { State } from "./replay.ts";
import { number, type Standing } from "./told.ts";
import { uncontrolledOf } from "./uncontrolled.ts";
import { jobFileOf, type Verifying, verifyingOf } from "./verifying.ts";

/** All that a report tells; made from the journal alone, but for what git says of commits. */
export type Report = {
  readonly standing: Standing;
  readonly facts: Pairs; // what was searched, how, when
  readonly readings: readonly Read[];
  readonly steps: readonly Step[];
  readonly unreadable: readonly { commit: string; because: string }[];
  readonly troubles: number;
  readonly shown: string | null; // `git show --stat` of the culprit
  readonly verifying: Verifying;
  readonly jobText: string | null; // of a fio job
  readonly jobFile: string | null; // of one that is no profile: its name beside the report
  readonly surroundings: readonly { readonly machine: string; readonly told: Pairs }[];
  readonly uncontrolled: readonly string[];
};
export type Pairs = readonly (readonly [name: string, value: string])[];

/** A commit that was read, and what it read. */
export type Read = {
  readonly commit: string;
  readonly subject: string;
  readonly count: number;
  readonly mean: number;
  readonly spread: number | null; // standard deviation; null of one reading
  readonly values: readonly number[];
};

/** One reading and why it was taken, in the order of the journal. */
export type Step = {
  readonly at: number; // milliseconds since 1970, by the clock of whoever wrote it
  readonly by: string;
  readonly commit: string;
  readonly machine: string;
  readonly value: number;
  readonly because: string; // empty in journals of before it was written down
};

export const stepsOf = ({ readings }: State): Step[] =>
  readings.map(({ at, by, commit, machine, value, because }) => ({
    ...{ at, by, commit, machine, value },
    because: because ?? "",
  }));

/** What git says. */
export type Known = {
  readonly shown: string | null;
  readonly subjects: ReadonlyMap<string, string>;
  readonly parents: readonly string[]; // of the first commit that was found
};

export function reportOf(state: State, standing: Standing, { shown, subjects, parents }: Known): Report {
  const { settings, refused, troubles } = state;
  const { outcome } = standing;
  const found = outcome?.is === "found" ? outcome.commits : [];
  return {
    ...{ standing, shown, facts: factsOf(state, standing), steps: stepsOf(state) },
    readings: readOf(state, subjects),
    troubles: troubles.length,
    unreadable: [...refused].map(([commit, because]) => ({ commit, because })),
    verifying: verifyingOf(state, found, parents),
    jobText: settings.oracle.is === "bench" ? settings.oracle.job.text : null,
    jobFile: jobFileOf(settings),
    surroundings: surroundingsOf(state),
    uncontrolled: uncontrolledOf(state),
  };
}

function readOf({ readings, stages }: State, subjects: Known["subjects"]): Read[] {
  const byCommit = new Map<string, number[]>();
  for (const { commit, value } of readings) byCommit.set(commit, [...(byCommit.get(commit) ?? []), value]);
  const order = new Map(stages.flatMap(({ old, ids }) => [old, ...ids]).map((id, at) => [id, at]));
  return [...byCommit]
    .sort(([a], [b]) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
    .map(([commit, values]) => {
      const count = values.length;
      const mean = values.reduce((sum, one) => sum + one, 0) / count;
      const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
      const spread = count < 2 ? null : Math.sqrt(squares / (count - 1));
      return { commit, subject: subjects.get(commit) ?? "", count, mean, spread, values };
    });
}

function factsOf({ settings, readings }: State, standing: Standing): [string, string][] {
  const { origin, repo, oracle, build, deploy, hosts } = settings;
  const { old, terms, candidates, inside, spentMs, error } = standing;
  const [first, last] = [readings[0], readings.at(-1)];
  const optional = (name: string, value: string | undefined): [string, string][] =>
    value === undefined ? [] : [[name, value]];
  return [
    ["Repository", origin ?? repo],
    ["From", `${old} (${terms.old})`],
    ["To", `${standing.new} (${terms.new})`],
    ["Commits", `${candidates}${inside === null ? "" : `, inside the merge ${inside}`}`],
    ["Readings", `${readings.length} in ${duration(spentMs)} of builds and runs`],
    ...optional("Measured", first && last && `${day(first.at)} to ${day(last.at)}`),
    ["Accepted error", percent(error)],
    ...optional("Built by", build),
    ...optional("Deployed by", deploy),
    ["Read by", oracleWords(oracle)],
    ...optional("On", hosts.length === 0 ? undefined : hosts.join(", ")),
  ];
}

const day = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;

function oracleWords(oracle: State["settings"]["oracle"]): string {
  if (oracle.is === "person") return "a person";
  if (oracle.is === "run") return oracle.command;
  const set = oracle.set.map(({ name, value }) => `${name}=${value}`);
  const by = set.length === 0 ? "" : ` with ${set.join(", ")}`;
  return `${oracle.metric} of the fio job ${oracle.job.name}${by}`;
}

/** As each machine was first found; what changed later is told among what was not controlled. */
function surroundingsOf({ surroundings }: State): Report["surroundings"] {
  const first = new Map([...surroundings].reverse().map((one) => [one.machine, one]));
  return [...first].reverse().map(([machine, { settings }]) => ({
    machine,
    told: (Object.entries(settings) as [Setting, string][]).map(([name, value]) => [
      SETTINGS[name] ?? name,
      value,
    ]),
  }));
}

export const stepWords = ({ commit, machine, value, because }: Omit<Step, "at" | "by">): string => {
  const where = machine === "here" ? "" : ` on ${machine}`;
  return `${commit.slice(0, 12)}${where}: ${number(value)}${because === "" ? "" : `, ${because}`}`;
};
