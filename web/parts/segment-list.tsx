import { useEffect } from "react";
import type { Segment } from "../../src/api/shapes.ts";
import { printable } from "../../src/base/text.ts";
import { Link } from "../router.tsx";
import { CommandLine } from "./command-line.tsx";
import { Shape } from "./shape.tsx";
import { useAnswer } from "./use-answer.ts";
import { moveFocus, useKeys } from "./use-keys.ts";

const ASK_MS = 10_000;

/** The networks that are attended to: what is leased there, and what is wrong. */
export function SegmentList() {
  const answer = useAnswer("listSegments", {}, { ms: ASK_MS, matters: true });
  useEffect(() => {
    document.title = "Segments · Rackhand";
  }, []);
  useKeys({ next: () => moveFocus("a.row", 1), previous: () => moveFocus("a.row", -1) });
  if (answer === undefined) return <p className="waiting">Reading the segments…</p>;
  const { segments } = answer;
  if (segments.length === 0)
    return (
      <section className="empty">
        <h1>No network is attended to yet</h1>
        <p>On one interface, with leases of its own:</p>
        <CommandLine line="rackhand serve --segment eth1" />
        <p>Several, or beside another DHCP server: a settings file names them.</p>
        <CommandLine line="rackhand serve --config /etc/rackhand.toml" />
      </section>
    );
  return (
    <section className="segments" aria-label="Segments">
      <div className="bar">
        <h1>Segments</h1>
        <span className="dim">{segments.length}</span>
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">Segment</th>
            <th scope="col">Mode</th>
            <th scope="col">Interface</th>
            <th scope="col">Agent</th>
            <th scope="col">Leases</th>
            <th scope="col">Free</th>
            <th scope="col">What is wrong there</th>
          </tr>
        </thead>
        <tbody>
          {segments.map((segment) => (
            <SegmentRow key={segment.name} segment={segment} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function SegmentRow({ segment }: { segment: Segment }) {
  const { name, mode, interface: on, subnet, agent, leases, findings } = segment;
  return (
    <tr>
      <th scope="row" className="machine-name">
        <Link className="row" to={{ at: "segment", name }}>
          {name}
        </Link>
      </th>
      <td data-says="Mode">{mode === "proxy" ? "proxy, another server leases" : "own leases"}</td>
      <td data-says="Interface">
        {on} <span className="dim">{subnet}</span>
      </td>
      <td data-says="Agent">{agent === null ? <Away /> : agent}</td>
      <td data-says="Leases">{mode === "proxy" ? <span className="dim">none of ours</span> : leases}</td>
      <td data-says="Free">{roomWords(segment)}</td>
      <td data-says="Wrong there" className="waits">
        {findings.length === 0 ? (
          <span className="dim">nothing seen</span>
        ) : (
          <span>
            <Shape look="bad" /> {printable(findings.map(({ says }) => says).join(" "), 200)}
          </span>
        )}
      </td>
    </tr>
  );
}

export const Away = () => (
  <span>
    <Shape look="bad" /> away: nothing attends to it now
  </span>
);

export const roomWords = ({ room }: Segment): string => {
  if (room === null) return "–";
  return `${room.free} of ${room.size}${room.aside > 0 ? `, ${room.aside} set aside` : ""}`;
};
