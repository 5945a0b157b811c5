import { useEffect } from "react";
import type { BenchRun } from "../../src/api/lab-rows.ts";
import { printable } from "../../src/base/text.ts";
import { clock, day, dayAndClock } from "../core/moment.ts";
import { Link } from "../router.tsx";
import { CommandLine } from "./command-line.tsx";
import { useAnswer } from "./use-answer.ts";
import { moveFocus, useKeys } from "./use-keys.ts";

const ASK_MS = 2_000; // what is under way moves
const MOST_ROWS = 500;

/** The runs of benches, the newest first. */
export function BenchList() {
  const answer = useAnswer("listBenches", {}, { ms: ASK_MS, matters: true });
  useEffect(() => {
    document.title = "Benches · Rackhand";
  }, []);
  useKeys({ next: () => moveFocus("a.row", 1), previous: () => moveFocus("a.row", -1) });
  if (answer === undefined) return <p className="waiting">Reading the benches…</p>;
  const { runs } = answer;
  if (runs.length === 0)
    return (
      <section className="empty">
        <h1>Nothing was measured here yet</h1>
        <p>This measures a directory's disk for half a minute and keeps what came of it:</p>
        <CommandLine line="rackhand bench run quick --directory /var/tmp" />
      </section>
    );
  return (
    <section className="segments" aria-label="Benches">
      <div className="bar">
        <h1>Benches</h1>
        <span className="dim">{runs.length}</span>
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Name</th>
            <th scope="col">What came of it</th>
            <th scope="col">Job</th>
            <th scope="col">Host</th>
            <th scope="col">Began</th>
          </tr>
        </thead>
        <tbody>
          {runs.slice(0, MOST_ROWS).map((run) => (
            <BenchRow key={run.id} run={run} />
          ))}
        </tbody>
      </table>
      {runs.length > MOST_ROWS && (
        <p className="dim">{runs.length - MOST_ROWS} older ones; `rackhand bench list` has all.</p>
      )}
    </section>
  );
}

function BenchRow({ run: { id, name, job, host, startedAt, says } }: { run: BenchRun }) {
  return (
    <tr>
      <th scope="row" className="machine-name">
        <Link className="row" to={{ at: "bench", name: id }}>
          {id}
        </Link>
      </th>
      <td data-says="Name">{printable(name, 80)}</td>
      <td data-says="What came of it" className="waits">
        {printable(says, 300)}
      </td>
      <td data-says="Job">{printable(job, 60)}</td>
      <td data-says="Host">{printable(host, 60)}</td>
      <td data-says="Began">
        <time title={dayAndClock(startedAt)}>{`${day(startedAt)} ${clock(startedAt)}`}</time>
      </td>
    </tr>
  );
}
