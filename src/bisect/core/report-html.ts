import { percent } from "../../base/units.ts";
import type { Doubt } from "../../plot/core/posterior.ts";
import { svg } from "../../plot/core/svg.ts";
import { readingsByVersion } from "../../plot/core/versions.ts";
import { doubtSvg } from "./doubt.ts";
import { outcomeOf } from "./outcome.ts";
import type { Pairs, Report } from "./report.ts";
import { number, verdictWords } from "./told.ts";

/** One page that needs no network, with the pictures in it; `more` are further ones, SVG of ours. */
export function html(report: Report, doubt: Doubt, more: readonly string[] = []): string {
  const { standing, shown, unreadable, troubles } = report;
  const { outcome, name, terms } = standing;
  const [verdict, ...further] = outcome === null ? ["Not finished yet."] : verdictWords(outcome, standing);
  const found = outcomeOf(standing);
  const read = report.readings.map(({ commit, subject, count, mean, spread }) => [
    short(commit) + (commit === found ? ` <strong>first ${escaped(terms.new)}</strong>` : ""),
    ...[escaped(subject), count, number(mean), spread === null ? "" : number(spread)],
  ]);
  const steps = report.steps.map(({ commit, machine, value, because }, at) => [
    ...[at + 1, short(commit), escaped(machine), number(value), escaped(because)],
  ]);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Bisection ${escaped(name)}</title>
<style>${STYLE}</style></head><body>
<h1>Bisection ${escaped(name)}</h1>
<p class="verdict">${escaped(verdict!)}</p>
${further.map((one) => `<p>${escaped(one)}</p>`).join("\n")}
${[...pictures(report, doubt), ...more].map((one) => `<figure>${one}</figure>`).join("\n")}
${shown === null ? "" : titled("The commit", `<pre>${escaped(shown.trimEnd())}</pre>`)}
${table(
  "What is left",
  ["commit", "probability", "subject"],
  standing.likely.map((one) => [short(one.commit), percent(one.probability), escaped(one.subject)]),
)}
${table("Readings", ["commit", "subject", "runs", "mean", "deviation"], read)}
${titled("To see it again", report.verifying.map(({ says, lines }) => `<p>${escaped(says)}:</p><pre>${escaped(lines.join("\n"))}</pre>`).join(""))}
${titled("What was searched, and how", pairs([...report.facts, ...troubleFacts(unreadable.length, troubles)]))}
${report.jobText === null ? "" : titled("The fio job", `<pre>${escaped(report.jobText.trimEnd())}</pre>`)}
${report.surroundings.map(({ machine, told }) => titled(machine === "here" ? "The machine" : `The machine ${machine}`, pairs(told))).join("\n")}
${titled("Not controlled", listed(report.uncontrolled))}
${table("Step by step", ["", "commit", "where", "reading", "why it was taken"], steps)}
</body></html>
`;
}

const LINE = "1px solid light-dark(#d5dbe1,#2c353e)";
const STYLE = `:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;
background:light-dark(#fff,#11161b);color:light-dark(#171c21,#e3e8ed)}
h1,h2{line-height:1.25}h2{font-size:1.15rem;margin:2rem 0 .5rem;break-after:avoid}
.verdict{font-size:1.25rem;font-weight:600}
table{border-collapse:collapse;font-size:.9rem;width:100%}
td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top;border-bottom:${LINE}}
th{font-weight:600}code,pre{font:.85rem/1.45 ui-monospace,monospace}
pre{white-space:pre-wrap;overflow-wrap:anywhere;padding:.6rem .8rem;background:light-dark(#f2f4f6,#1a2127)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;font-size:.9rem}
dt{color:light-dark(#56616c,#9aa6b2)}dd{margin:0;overflow-wrap:anywhere}
figure{margin:1.5rem 0}svg{width:100%;height:auto;display:block}
@media(max-width:40rem){dl{display:block}dd{margin-bottom:.4rem}table{display:block;overflow-x:auto}}
@media print{:root{color-scheme:light}body{max-width:none;margin:0;font-size:11pt}
figure,tr,pre{break-inside:avoid}}`;

const troubleFacts = (unreadable: number, troubles: number): Pairs => [
  ["Could not be read", `${unreadable} commits`],
  ["Trouble", `${troubles} attempts, which count for nothing`],
];

const short = (commit: string): string => `<code>${escaped(commit.slice(0, 12))}</code>`;
const titled = (title: string, body: string): string =>
  body === "" ? "" : `<h2>${escaped(title)}</h2>${body}`;
const listed = (lines: readonly string[]): string =>
  lines.length === 0 ? "" : `<ul>${lines.map((one) => `<li>${escaped(one)}`).join("")}</ul>`;
const pairs = (all: Pairs): string =>
  `<dl>${all.map(([name, value]) => `<dt>${escaped(name)}<dd>${escaped(value)}`).join("")}</dl>`;

/** Cells are markup already. */
function table(
  title: string,
  heads: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  if (rows.length === 0) return "";
  const head = heads.map((one) => `<th>${one}`).join("");
  return titled(
    title,
    `<table><tr>${head}</tr>${rows.map((row) => `<tr>${row.map((one) => `<td>${one}`).join("")}</tr>`).join("")}</table>`,
  );
}

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
