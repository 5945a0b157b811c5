import { useEffect } from "react";
import type { Bisection } from "../../src/api/lab-rows.ts";
import { printable } from "../../src/base/text.ts";
import { clock, day, dayAndClock } from "../core/moment.ts";
import { Link } from "../router.tsx";
import { BISECTION_STATES, standWords } from "./bisection-words.tsx";
import { CommandLine } from "./command-line.tsx";
import { Shape } from "./shape.tsx";
import { useAnswer } from "./use-answer.ts";
import { moveFocus, useKeys } from "./use-keys.ts";

const ASK_MS = 3_000;

/** The searches for a commit, the one that moved last first. */
export function BisectionList() {
  const answer = useAnswer("listBisections", {}, { ms: ASK_MS, matters: true });
  useEffect(() => {
    document.title = "Bisections · Rackhand";
  }, []);
  useKeys({ next: () => moveFocus("a.row", 1), previous: () => moveFocus("a.row", -1) });
  if (answer === undefined) return <p className="waiting">Reading the bisections…</p>;
  if (answer.bisections.length === 0)
    return (
      <section className="empty">
        <h1>No commit is searched for here</h1>
        <p>This looks for the commit that changed what a command tells, however noisy:</p>
        <CommandLine line={'rackhand bisect start --old v1 --new main --run "./bench.sh" --last-line'} />
      </section>
    );
  return (
    <section className="segments" aria-label="Bisections">
      <div className="bar">
        <h1>Bisections</h1>
        <span className="dim">{answer.bisections.length}</span>
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">State</th>
            <th scope="col">How it stands</th>
            <th scope="col">Readings</th>
            <th scope="col">From and to</th>
            <th scope="col">Moved</th>
          </tr>
        </thead>
        <tbody>
          {answer.bisections.map((one) => (
            <BisectionRow key={one.name} one={one} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function BisectionRow({ one }: { one: Bisection }) {
  const { name, is, readings, old, new: newest, terms, at, worker } = one;
  return (
    <tr>
      <th scope="row" className="machine-name">
        <Link className="row" to={{ at: "bisection", name }}>
          {name}
        </Link>
      </th>
      <td data-says="State">
        <span className="state-word">
          <Shape look={BISECTION_STATES[is].look} />
          {BISECTION_STATES[is].word}
        </span>
      </td>
      <td data-says="How it stands" className="waits">
        {printable(standWords(one), 200)}
      </td>
      <td data-says="Readings">{readings}</td>
      <td data-says="From and to">{printable(`${old} (${terms.old}) to ${newest} (${terms.new})`, 120)}</td>
      <td data-says="Moved">
        <time title={dayAndClock(at)}>{`${day(at)} ${clock(at)}`}</time>{" "}
        {worker !== null && <span className="dim">measured by {printable(worker, 60)}</span>}
      </td>
    </tr>
  );
}
