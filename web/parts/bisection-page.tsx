import { useEffect, useState } from "react";
import type { Bisection } from "../../src/api/lab-rows.ts";
import type { Answer } from "../../src/api/table.ts";
import { printable } from "../../src/base/text.ts";
import { duration, percent } from "../../src/base/units.ts";
import { call } from "../ask/call.ts";
import { dayAndClock } from "../core/moment.ts";
import { BISECTION_STATES, shortOf } from "./bisection-words.tsx";
import { CommandLine } from "./command-line.tsx";
import { Picture } from "./picture.tsx";
import { Shape } from "./shape.tsx";
import { useAnswer } from "./use-answer.ts";

const ASK_MS = 3_000;

/** One search: what it has come to, the picture that the terminal shows too, and every reading's why. */
export function BisectionPage({ name }: { name: string }) {
  const answer = useAnswer("showBisection", { name }, { ms: ASK_MS, matters: true });
  useEffect(() => {
    document.title = `${name} · Rackhand`;
  }, [name]);
  if (answer === undefined) return <p className="waiting">Reading {name}…</p>;
  const { bisection, picture, steps } = answer;
  const { is, terms, verdict, lastTrouble, next, forecast } = bisection;
  return (
    <section className="segments bisection" aria-label={`Bisection ${name}`}>
      <div className="bar">
        <h1>{name}</h1>
        <span className="state-word">
          <Shape look={BISECTION_STATES[is].look} />
          {BISECTION_STATES[is].word}
        </span>
      </div>
      <CommandLine line={`rackhand bisect ${is === "under way" ? "run" : "report"} --name ${name}`} />
      <p>
        {printable(
          `${bisection.repo}: ${bisection.old} (${terms.old}) to ${bisection.new} (${terms.new}), ${bisection.candidates} commits.`,
          300,
        )}{" "}
        <span className="dim">{spentWords(bisection)}</span>
      </p>
      {verdict.map((line) => (
        <p key={line}>
          <b>{printable(line, 300)}</b>
        </p>
      ))}
      {next !== null && (
        <p>
          Next: <code>{shortOf(next.commit)}</code>, because {printable(next.because, 200)}.
        </p>
      )}
      {forecast !== null && is === "under way" && <p>Readings: {forecast.says}.</p>}
      {lastTrouble !== null && <p className="dim">Last trouble: {printable(lastTrouble, 300)}</p>}
      {picture !== null && (
        <Picture svg={picture} says="How probable each commit is, and what was read where" />
      )}
      {bisection.readings > 0 && <ReportLinks name={name} />}
      <Likely of={bisection} />
      <Steps of={steps} />
    </section>
  );
}

const FORMS = [
  ["html", "HTML, one file", "text/html"],
  ["markdown", "Markdown", "text/markdown"],
  ["log", "git bisect log", "text/plain"],
] as const;

/** The report as it stands now, made when somebody wants it. */
function ReportLinks({ name }: { name: string }) {
  const [trouble, setTrouble] = useState("");
  const load = async (form: (typeof FORMS)[number][0], type: string) => {
    const came = await call("bisectionReport", { name });
    setTrouble(came.ok ? "" : came.failure.says);
    const ending = { html: "html", markdown: "md", log: "log" }[form];
    if (came.ok) download(`${name}.${ending}`, came.value[form], type);
  };
  return (
    <p>
      Report:{" "}
      {FORMS.map(([form, says, type]) => (
        <button key={form} type="button" onClick={() => void load(form, type)}>
          {says}
        </button>
      ))}{" "}
      {trouble !== "" && <span className="dim">{printable(trouble, 300)}</span>}
    </p>
  );
}

function download(file: string, text: string, type: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function spentWords({ readings, unreadable, spentMs, worker, at }: Bisection): string {
  const without = unreadable === 0 ? "" : `, ${unreadable} commits cannot be read`;
  const who = worker === null ? `nobody is measuring since ${dayAndClock(at)}` : `${worker} is measuring`;
  return printable(`${readings} readings in ${duration(spentMs)}${without}; ${who}.`, 300);
}

function Likely({ of }: { of: Bisection }) {
  if (of.readings === 0 || of.likely.length === 0) return null;
  return (
    <table>
      <caption>The likeliest commits</caption>
      <thead>
        <tr>
          <th scope="col">Commit</th>
          <th scope="col">Probability</th>
          <th scope="col">Subject</th>
        </tr>
      </thead>
      <tbody>
        {of.likely.map(({ commit, probability, subject }) => (
          <tr key={commit}>
            <th scope="row">
              <code>{shortOf(commit)}</code>
            </th>
            <td data-says="Probability">{percent(probability)}</td>
            <td data-says="Subject">{printable(subject, 200)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Steps({ of }: { of: Answer<"showBisection">["steps"] }) {
  if (of.length === 0) return null;
  return (
    <table>
      <caption>Its last readings, the newest first</caption>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Commit</th>
          <th scope="col">Where</th>
          <th scope="col">Reading</th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        {of.toReversed().map(({ at, by, commit, machine, value, because }, place) => (
          <tr key={of.length - place}>
            <th scope="row">
              <time title={printable(`written by ${by}`, 80)}>{dayAndClock(at)}</time>
            </th>
            <td data-says="Commit">
              <code>{shortOf(commit)}</code>
            </td>
            <td data-says="Where">{printable(machine, 60)}</td>
            <td data-says="Reading">{value}</td>
            <td data-says="Why">{printable(because, 200)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
