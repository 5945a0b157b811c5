import { percent } from "../../base/units.ts";
import type { Doubt } from "../../plot/core/posterior.ts";
import { svg } from "../../plot/core/svg.ts";
import { readingsByVersion } from "../../plot/core/versions.ts";
import { doubtSvg } from "./doubt.ts";
import { outcomeOf } from "./outcome.ts";
import type { State } from "./replay.ts";
import { number, type Standing, verdictWords } from "./told.ts";

/** All that a report tells; made from the journal alone, but for what git says of the culprit. */
export type Report = {
  readonly standing: Standing;
  readonly readings: readonly { commit: string; count: number; mean: number; values: readonly number[] }[];
  readonly steps: readonly Step[];
  readonly unreadable: readonly { commit: string; because: string }[];
  readonly troubles: number;
  readonly shown: string | null; // `git show --stat` of the culprit
  readonly uncontrolled: readonly string[];
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

export function reportOf(state: State, standing: Standing, shown: string | null): Report {
  const byCommit = new Map<string, number[]>();
  for (const { commit, value } of state.readings)
    byCommit.set(commit, [...(byCommit.get(commit) ?? []), value]);
  const order = new Map(state.stages.flatMap(({ old, ids }) => [old, ...ids]).map((id, at) => [id, at]));
  const readings = [...byCommit]
    .sort(([a], [b]) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
    .map(([commit, values]) => ({
      ...{ commit, values, count: values.length },
      mean: values.reduce((sum, one) => sum + one, 0) / values.length,
    }));
  return {
    ...{ standing, readings, steps: stepsOf(state), shown, troubles: state.troubles.length },
    unreadable: [...state.refused].map(([commit, because]) => ({ commit, because })),
    uncontrolled: state.settings.hosts.length > 1 ? [] : ["Everything was measured on one machine."],
  };
}

/** One text for people and machines that read Markdown. */
export function markdown(report: Report): string {
  const { standing, readings, steps, unreadable, troubles, shown, uncontrolled } = report;
  const { name, repo, old, terms, candidates, spentMs, error, likely } = standing;
  const outcome =
    standing.outcome === null ? ["Not finished yet."] : verdictWords(standing.outcome, standing);
  const rows = readings.map(
    ({ commit, count, mean, values }) =>
      `| \`${commit.slice(0, 12)}\` | ${count} | ${number(mean)} | ${values.map(number).join(" ")} |`,
  );
  return [
    `# Bisection ${name}`,
    ...["", ...outcome, ""],
    `- Repository ${repo}, from ${old} (${terms.old}) to ${standing.new} (${terms.new}): ${candidates} commits`,
    `- ${standing.readings} readings in ${Math.round(spentMs / 60_000)} min; accepted error ${percent(error)}`,
    `- ${unreadable.length} commits could not be read, ${troubles} attempts met trouble and count for nothing`,
    ...["", "## What is left", "", "| commit | probability | |", "|--|--|--|"],
    ...likely.map(
      (one) => `| \`${one.commit.slice(0, 12)}\` | ${percent(one.probability)} | ${one.subject} |`,
    ),
    ...["", "## Readings", "", "| commit | runs | mean | values |", "|--|--|--|--|", ...rows],
    ...["", "## Step by step", "", ...steps.map((step, at) => `${at + 1}. ${stepWords(step)}`)],
    ...(shown === null ? [] : ["", "## The commit", "", "```", shown.trimEnd(), "```"]),
    ...(uncontrolled.length === 0
      ? []
      : ["", "## Not controlled", "", ...uncontrolled.map((one) => `- ${one}`)]),
    "",
  ].join("\n");
}

export const stepWords = ({ commit, machine, value, because }: Step): string => {
  const where = machine === "here" ? "" : ` on ${machine}`;
  return `${commit.slice(0, 12)}${where}: ${number(value)}${because === "" ? "" : `, ${because}`}`;
};

/** The same as one page that needs no network, with the pictures in it; `more` are further ones, SVG of ours. */
export function html(report: Report, doubt: Doubt, more: readonly string[] = []): string {
  const { standing, shown } = report;
  const outcome =
    standing.outcome === null ? ["Not finished yet."] : verdictWords(standing.outcome, standing);
  const rows = report.readings.map(
    ({ commit, count, mean }) =>
      `<tr><td><code>${commit.slice(0, 12)}</code><td>${count}<td>${number(mean)}</tr>`,
  );
  const likely = standing.likely.map(
    (one) =>
      `<tr><td><code>${one.commit.slice(0, 12)}</code><td>${percent(one.probability)}<td>${escaped(one.subject)}</tr>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Bisection ${escaped(standing.name)}</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse}
td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}pre{overflow:auto}svg{width:100%;height:auto}</style>
<h1>Bisection ${escaped(standing.name)}</h1>
${outcome.map((one) => `<p>${escaped(one)}</p>`).join("\n")}
<p>${escaped(standing.repo)}: ${escaped(standing.old)} (${escaped(standing.terms.old)}) to
${escaped(standing.new)} (${escaped(standing.terms.new)}), ${standing.candidates} commits, ${standing.readings} readings.</p>
${[...pictures(report, doubt), ...more].join("\n")}
<h2>What is left</h2><table>${likely.join("")}</table>
<h2>Readings</h2><table><tr><th>commit<th>runs<th>mean</tr>${rows.join("")}</table>
<h2>Step by step</h2><ol>${report.steps.map((step) => `<li>${escaped(stepWords(step))}`).join("")}</ol>
${listed("Not controlled", report.uncontrolled)}
${shown === null ? "" : `<h2>The commit</h2><pre>${escaped(shown)}</pre>`}
</html>
`;
}

const listed = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? "" : `<h2>${title}</h2><ul>${lines.map((one) => `<li>${escaped(one)}`).join("")}</ul>`;

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[one]!);

/** How probable each commit is, and all readings by the commits that were read. */
function pictures({ readings, standing }: Report, doubt: Doubt): string[] {
  if (readings.length === 0) return [];
  const found = outcomeOf(standing);
  const before = readings.findIndex(({ commit }) => commit === found);
  const label = `first ${standing.terms.new} commit`;
  const versions = readingsByVersion(
    readings.map(({ commit, values }) => ({ name: commit.slice(0, 12), values })),
    {
      ...{ title: "What each commit read", unit: doubt.unit },
      ...(before < 0 ? {} : { change: { before, label } }),
    },
  );
  const sheet = { wide: 900, theme: "auto", within: "page" } as const;
  return [doubtSvg(doubt, { ...sheet, high: 460 }), svg(versions, { ...sheet, high: 340 })];
}
