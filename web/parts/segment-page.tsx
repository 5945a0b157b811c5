import { useEffect } from "react";
import type { Failure } from "../../src/api/table.ts";
import { printable } from "../../src/base/text.ts";
import { duration } from "../../src/base/units.ts";
import { dayAndClock } from "../core/moment.ts";
import { Link } from "../router.tsx";
import { Discovered } from "./discovered.tsx";
import { Away, roomWords } from "./segment-list.tsx";
import { Shape } from "./shape.tsx";
import { useAnswer } from "./use-answer.ts";

const ASK_MS = 5_000;
const MOST_ROWS = 500;

/** One network: what is wrong there, and who has which address. */
type Props = { name: string; failed: (failure: Failure) => void };

export function SegmentPage({ name, failed }: Props) {
  const answer = useAnswer("showSegment", { name }, { ms: ASK_MS, matters: true });
  useEffect(() => {
    document.title = `${name} · Rackhand`;
  }, [name]);
  if (answer === undefined) return <p className="waiting">Reading {name}…</p>;
  const { segment, leases } = answer;
  return (
    <section className="segments" aria-label={`Segment ${name}`}>
      <div className="bar">
        <h1>{name}</h1>
        <span className="dim">
          {segment.mode === "proxy" ? "beside another DHCP server" : "own leases"} on {segment.interface},{" "}
          {segment.subnet}
        </span>
      </div>
      <p>
        {segment.agent === null ? <Away /> : `${segment.agent} attends to it.`}
        {segment.room !== null && ` Free: ${roomWords(segment)}.`}
      </p>
      {segment.findings.map(({ id, says, remedy, since }) => (
        <div key={id} role="alert" className="finding">
          <p>
            <Shape look="bad" /> <b>{printable(says, 400)}</b>{" "}
            <span className="dim">since {dayAndClock(since)}</span>
          </p>
          <p>{printable(remedy, 400)}</p>
        </div>
      ))}
      {leases.length === 0 ? (
        <p className="dim">
          {segment.mode === "proxy" ? "The other server leases here." : "Nobody has an address here yet."}
        </p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Address</th>
              <th scope="col">MAC</th>
              <th scope="col">Machine</th>
              <th scope="col">Ends</th>
            </tr>
          </thead>
          <tbody>
            {leases.slice(0, MOST_ROWS).map(({ address, mac, machine, until }) => (
              <tr key={address}>
                <th scope="row">
                  <code>{address}</code>
                </th>
                <td data-says="MAC">
                  <code>{mac}</code>
                </td>
                <td data-says="Machine">
                  {machine === null ? (
                    <span className="dim">not on record</span>
                  ) : (
                    <Link to={{ at: "machine", name: machine }}>{machine}</Link>
                  )}
                </td>
                <td data-says="Ends">{endWords(until, Date.now())}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {leases.length > MOST_ROWS && (
        <p className="dim">
          {leases.length - MOST_ROWS} more; `rackhand segment show {name}` has all.
        </p>
      )}
      <Discovered segment={name} failed={failed} />
    </section>
  );
}

const endWords = (until: number, now: number): string =>
  until > now ? `in ${duration(until - now)}` : `${duration(now - until)} ago`;
