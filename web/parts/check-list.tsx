import { useEffect } from "react";
import type { CheckedHost, FleetRow, Schedule } from "../../src/api/check-rows.ts";
import { printable } from "../../src/base/text.ts";
import { duration } from "../../src/base/units.ts";
import { everyWords, hostTold, matchingRows, rowTold } from "../core/checks.ts";
import { clock, day, dayAndClock } from "../core/moment.ts";
import { Link, useParam } from "../router.tsx";
import { CommandLine } from "./command-line.tsx";
import { Shape } from "./shape.tsx";
import { useAnswer } from "./use-answer.ts";
import { focusOn, moveFocus, useKeys } from "./use-keys.ts";

const ASK_MS = 5_000;
const MOST_ROWS = 300;

/** Which rule fails where and since when, by the last run of each host. */
export function CheckList() {
  const answer = useAnswer("listChecks", {}, { ms: ASK_MS, matters: true });
  useEffect(() => {
    document.title = "Checks · Rackhand";
  }, []);
  useKeys({
    filter: () => focusOn("#filter"),
    next: () => moveFocus("a.row", 1),
    previous: () => moveFocus("a.row", -1),
  });
  if (answer === undefined) return <p className="waiting">Reading the checks…</p>;
  if (answer.hosts.length === 0 && answer.schedules.length === 0) return <NoChecks />;
  return <Fleet {...answer} />;
}

type Answered = {
  readonly hosts: readonly CheckedHost[];
  readonly rows: readonly FleetRow[];
  readonly schedules: readonly Schedule[];
};

function Fleet({ hosts, rows, schedules }: Answered) {
  const [wanted, setWanted] = useParam("filter");
  const found = matchingRows(rows, wanted);
  const troubles = found.filter(({ is }) => is !== "changed");
  const changes = found.filter(({ is }) => is === "changed");
  return (
    <section className="segments checks" aria-label="Checks">
      <div className="bar">
        <h1>Checks</h1>
        <input
          id="filter"
          type="search"
          placeholder="Filter: a host, a rule, new, acknowledged…"
          aria-label="Filter what fails"
          aria-keyshortcuts="/"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
        />
        <span className="dim" role="status">
          {countWords(rows, hosts)}
        </span>
      </div>
      {troubles.length === 0 ? (
        <p className="nothing">
          {wanted === "" ? "Nothing fails." : `Nothing that fails matches “${wanted}”.`}
        </p>
      ) : (
        <Troubles rows={troubles} />
      )}
      <Hosts hosts={hosts} />
      {changes.length > 0 && <Changes rows={changes} />}
      {schedules.map((one) => (
        <ScheduleLine key={one.name} one={one} />
      ))}
    </section>
  );
}

function countWords(rows: readonly FleetRow[], hosts: readonly CheckedHost[]): string {
  const failing = rows.filter(({ is, acknowledged }) => is === "fail" && acknowledged === null);
  const on = new Set(failing.map(({ host }) => host)).size;
  return `${failing.length} ${failing.length === 1 ? "failure" : "failures"} on ${on} of ${hosts.length} hosts`;
}

function Troubles({ rows }: { rows: readonly FleetRow[] }) {
  const more = rows.length - MOST_ROWS;
  return (
    <>
      <table>
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col">Host</th>
            <th scope="col">State</th>
            <th scope="col">Since</th>
            <th scope="col">Found</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map((row) => (
            <TroubleRow key={`${row.host} ${row.rule}`} row={row} />
          ))}
        </tbody>
      </table>
      {more > 0 && <p className="dim">{more} more: filter for them.</p>}
    </>
  );
}

function TroubleRow({ row }: { row: FleetRow }) {
  const { host, rule, says, failsSince, acknowledged, lapsed } = row;
  const { look, word } = rowTold(row);
  return (
    <tr>
      <th scope="row" className="machine-name">
        {rule ?? "the host itself"}
      </th>
      <td data-says="Host">
        <Link className="row" to={{ at: "checked", name: host }}>
          {printable(host, 80)}
        </Link>
      </td>
      <td data-says="State">
        <span className="state-word">
          <Shape look={look} />
          {word}
        </span>
      </td>
      <td data-says="Since">{failsSince === null ? "" : <When at={failsSince} />}</td>
      <td data-says="Found" className="found">
        {printable(says, 300)}
        {acknowledged !== null && (
          <span className="dim">
            {printable(` By ${acknowledged.by} until ${acknowledged.until}: ${acknowledged.reason}`, 300)}
          </span>
        )}
        {lapsed !== null && (
          <span className="dim">{printable(` No longer acknowledged: ${lapsed}`, 300)}</span>
        )}
      </td>
    </tr>
  );
}

function Hosts({ hosts }: { hosts: readonly CheckedHost[] }) {
  return (
    <table>
      <caption>Hosts</caption>
      <thead>
        <tr>
          <th scope="col">Host</th>
          <th scope="col">State</th>
          <th scope="col">Passes</th>
          <th scope="col">Acknowledged</th>
          <th scope="col">Asked</th>
        </tr>
      </thead>
      <tbody>
        {hosts.map((one) => (
          <tr key={one.host}>
            <th scope="row" className="machine-name">
              <Link className="row" to={{ at: "checked", name: one.host }}>
                {printable(one.host, 80)}
              </Link>
            </th>
            <td data-says="State">
              <span className="state-word">
                <Shape look={hostTold(one).look} />
                {hostTold(one).word}
              </span>
            </td>
            <td data-says="Passes">{one.passes}</td>
            <td data-says="Acknowledged">{one.acknowledged}</td>
            <td data-says="Asked">
              <When at={one.at} />{" "}
              {one.by !== null && <span className="dim">by {printable(one.by, 60)}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Changes({ rows }: { rows: readonly FleetRow[] }) {
  return (
    <table>
      <caption>What was changed, the newest first</caption>
      <thead>
        <tr>
          <th scope="col">Rule</th>
          <th scope="col">Host</th>
          <th scope="col">When</th>
          <th scope="col">What</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ host, rule, says, at }) => (
          <tr key={`${host} ${says} ${at}`}>
            <th scope="row">{rule}</th>
            <td data-says="Host">{printable(host, 80)}</td>
            <td data-says="When">{at !== null && <When at={at} />}</td>
            <td data-says="What" className="found">
              {printable(says, 200)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ScheduleLine({ one: { name, hosts, everyMs, at, tookMs, isRunning, trouble } }: { one: Schedule }) {
  const last =
    at === null || tookMs === null
      ? "it has not run yet"
      : `it began last at ${day(at)} ${clock(at)} and took ${duration(tookMs)}`;
  return (
    <p className="dim">
      Schedule {name}: {hosts} {hosts === 1 ? "host" : "hosts"} every {everyWords(everyMs)};{" "}
      {isRunning ? "it is running" : last}.{trouble !== null && printable(` It could not: ${trouble}`, 300)}
    </p>
  );
}

export function When({ at }: { at: number }) {
  return <time title={dayAndClock(at)}>{`${day(at)} ${clock(at).slice(0, 5)}`}</time>;
}

function NoChecks() {
  return (
    <section className="empty">
      <h1>No host was checked from here yet</h1>
      <p>This asks a host for all known traps, and changes nothing there:</p>
      <CommandLine line="rackhand check root@db1" />
      <p className="dim">
        With [[checks]] in the settings the service does it by itself, and tells what is new.
      </p>
    </section>
  );
}
