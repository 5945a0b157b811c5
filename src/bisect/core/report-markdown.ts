import { percent } from "../../base/units.ts";
import { outcomeOf } from "./outcome.ts";
import { type Report, stepWords } from "./report.ts";
import { number, verdictWords } from "./told.ts";

/** One text for people and machines that read Markdown. */
export function markdown(report: Report): string {
  const { standing, facts, readings, steps, unreadable, troubles, shown, uncontrolled } = report;
  const { name, outcome, likely, terms } = standing;
  const found = outcomeOf(standing);
  const said = outcome === null ? ["Not finished yet."] : verdictWords(outcome, standing);
  const rows = readings.map(({ commit, subject, count, mean, spread, values }) => {
    const first = commit === found ? ` (first ${terms.new})` : "";
    const figures = `${number(mean)} | ${spread === null ? "" : number(spread)} | ${values.map(number).join(" ")}`;
    return `| \`${commit.slice(0, 12)}\`${first} | ${cell(subject)} | ${count} | ${figures} |`;
  });
  return [
    `# Bisection ${name}`,
    ...["", ...said, ""],
    ...facts.map(([what, value]) => `- ${what}: ${code(value)}`),
    `- ${unreadable.length} commits could not be read, ${troubles} attempts met trouble and count for nothing`,
    ...section(
      "What is left",
      ["| commit | probability | subject |", "|--|--|--|"],
      likely.map(
        (one) => `| \`${one.commit.slice(0, 12)}\` | ${percent(one.probability)} | ${cell(one.subject)} |`,
      ),
    ),
    ...section(
      "Readings",
      ["| commit | subject | runs | mean | deviation | values |", "|--|--|--|--|--|--|"],
      rows,
    ),
    ...section(
      "Step by step",
      [],
      steps.map((step, at) => `${at + 1}. ${stepWords(step)}`),
    ),
    ...section("The commit", [], shown === null ? [] : fenced(shown)),
    ...section(
      "To see it again",
      [],
      report.verifying.flatMap(({ says, lines }) => [`${says}:`, "", ...fenced(lines.join("\n")), ""]),
    ),
    ...section("The fio job", [], report.jobText === null ? [] : fenced(report.jobText)),
    ...report.surroundings.flatMap(({ machine, told }) =>
      section(
        machine === "here" ? "The machine" : `The machine ${machine}`,
        [],
        told.map(([what, value]) => `- ${what}: ${code(value)}`),
      ),
    ),
    ...section(
      "Not controlled",
      [],
      uncontrolled.map((one) => `- ${one}`),
    ),
    "",
  ].join("\n");
}

const section = (title: string, head: readonly string[], lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", `## ${title}`, "", ...head, ...lines];

/** A fence longer than any in the text. */
function fenced(text: string): string[] {
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
  return [fence, text.trimEnd(), fence];
}

const code = (text: string): string => text.replaceAll("\n", " ");
/** A subject's bar would end its cell. */
const cell = (text: string): string => text.replace(/[|\\]/g, "\\$&");
