import { printable } from "../../src/base/text.ts";
import { dayAndClock } from "../core/moment.ts";
import { CommandLine } from "./command-line.tsx";
import { useAnswer } from "./use-answer.ts";

const ASK_MS = 10_000;
const MOST_ROWS = 50;

/** Addresses that asked the network and belong to no machine on record; nothing, when there are none. */
export function Discovered() {
  const answer = useAnswer("discover", {}, { ms: ASK_MS, matters: true });
  const found = answer?.discovered ?? [];
  if (found.length === 0) return null;
  return (
    <section className="discovered" aria-label="Seen on the network, not on record">
      <h2>Seen on the network, not on record</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Address</th>
            <th scope="col">Last seen</th>
            <th scope="col">What it did</th>
            <th scope="col">To add it</th>
          </tr>
        </thead>
        <tbody>
          {found.slice(0, MOST_ROWS).map(({ mac, event }) => (
            <tr key={mac}>
              <th scope="row">
                <code>{mac}</code>
              </th>
              <td data-says="Last seen">{dayAndClock(event.at)}</td>
              <td data-says="What it did">{printable(event.says, 200)}</td>
              <td>
                <CommandLine line={`rackhand machine add NAME --mac ${mac}`} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.length > MOST_ROWS && (
        <p className="dim">{found.length - MOST_ROWS} more; `rackhand machine discover` has all.</p>
      )}
    </section>
  );
}
