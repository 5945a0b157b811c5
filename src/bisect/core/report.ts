import { outcomeOf } from "./outcome.ts";
import type { State } from "./replay.ts";
import { interval, number, percent, type Standing, verdictWords } from "./told.ts";

/** All that a report tells; made from the journal alone, but for what git says of the culprit. */
export type Report = {
  readonly standing: Standing;
  readonly readings: readonly { commit: string; count: number; mean: number; values: readonly number[] }[];
  readonly unreadable: readonly { commit: string; because: string }[];
  readonly troubles: number;
  readonly shown: string | null; // `git show --stat` of the culprit
  readonly uncontrolled: readonly string[];
};

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
    ...{ standing, readings, shown, troubles: state.troubles.length },
    unreadable: [...state.refused].map(([commit, because]) => ({ commit, because })),
    uncontrolled: state.settings.hosts.length > 1 ? [] : ["Everything was measured on one machine."],
  };
}

/** One text for people and machines that read Markdown. */
export function markdown(report: Report): string {
  const { standing, readings, unreadable, troubles, shown, uncontrolled } = report;
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
    ...(shown === null ? [] : ["", "## The commit", "", "```", shown.trimEnd(), "```"]),
    ...(uncontrolled.length === 0
      ? []
      : ["", "## Not controlled", "", ...uncontrolled.map((one) => `- ${one}`)]),
    "",
  ].join("\n");
}

/** The same as one page that needs no network, with each reading as a dot at its commit. */
export function html(report: Report): string {
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
<style>body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse}
td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}pre{overflow:auto}svg{width:100%;height:auto}</style>
<h1>Bisection ${escaped(standing.name)}</h1>
${outcome.map((one) => `<p>${escaped(one)}</p>`).join("\n")}
<p>${escaped(standing.repo)}: ${escaped(standing.old)} (${escaped(standing.terms.old)}) to
${escaped(standing.new)} (${escaped(standing.terms.new)}), ${standing.candidates} commits, ${standing.readings} readings.</p>
${dots(report)}
<h2>What is left</h2><table>${likely.join("")}</table>
<h2>Readings</h2><table><tr><th>commit<th>runs<th>mean</tr>${rows.join("")}</table>
${shown === null ? "" : `<h2>The commit</h2><pre>${escaped(shown)}</pre>`}
</html>
`;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[one]!);

const [WIDE, HIGH, EDGE] = [900, 320, 50];

/** Readings over the read commits in their order, the culprit marked by a line. */
function dots({ readings, standing }: Report): string {
  const all = readings.flatMap(({ values }) => values);
  if (all.length === 0) return "";
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const x = (at: number) => EDGE + ((WIDE - 2 * EDGE) * (at + 0.5)) / readings.length;
  const y = (value: number) => HIGH - EDGE - ((HIGH - 2 * EDGE) * (value - low)) / (high - low || 1);
  const found = outcomeOf(standing);
  const place = readings.findIndex(({ commit }) => commit === found);
  const line =
    place < 0
      ? ""
      : `<path d="M${x(place - 0.5)} ${EDGE / 2}V${HIGH - EDGE}" stroke="#d55e00" stroke-dasharray="6 4"/>`;
  const marks = readings.flatMap(({ commit, values }, at) =>
    values.map(
      (value) =>
        `<circle cx="${x(at).toFixed(1)}" cy="${y(value).toFixed(1)}" r="3.5" fill="none" stroke="#0072b2"><title>${commit.slice(0, 12)}: ${number(value)}</title></circle>`,
    ),
  );
  return `<svg viewBox="0 0 ${WIDE} ${HIGH}" role="img" aria-label="Readings by commit, ${interval({ mean: all.length, low, high })}">
<path d="M${EDGE} ${EDGE / 2}V${HIGH - EDGE}H${WIDE - EDGE}" fill="none" stroke="#555"/>
<text x="4" y="${y(high) + 4}" font-size="12">${number(high)}</text><text x="4" y="${y(low) + 4}" font-size="12">${number(low)}</text>
<text x="${WIDE / 2}" y="${HIGH - 12}" font-size="12" text-anchor="middle">read commits, oldest first; the dashed line stands before the first ${escaped(standing.terms.new)} one</text>
${line}${marks.join("")}</svg>`;
}
