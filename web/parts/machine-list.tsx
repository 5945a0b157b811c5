import { useEffect, useState } from "react";
import type { Machine } from "../../src/api/shapes.ts";
import { matching } from "../core/matching.ts";
import { go, Link } from "../router.tsx";
import { useNow, useWorld } from "../store.ts";
import { CommandLine } from "./command-line.tsx";
import { Discovered } from "./discovered.tsx";
import { PlanWords, PowerWord, SegmentWords, Since, StateWord } from "./machine-words.tsx";
import { focusOn, moveFocus, useKeys } from "./use-keys.ts";

const MOST_ROWS = 500;
const ROWS = ".machines a.row";

export function MachineList() {
  const { machines } = useWorld();
  const [wanted, setWanted] = useState("");
  useEffect(() => {
    document.title = "Machines · Rackhand";
  }, []);
  useKeys({
    filter: () => focusOn("#filter"),
    next: () => moveFocus(ROWS, 1),
    previous: () => moveFocus(ROWS, -1),
  });
  if (machines === undefined) return <p className="waiting">Reading the machines…</p>;
  if (machines.size === 0)
    return (
      <>
        <NoMachines />
        <Discovered />
      </>
    );
  const all = [...machines.values()];
  const found = matching(all, wanted);
  const first = found[0];
  return (
    <section className="machines" aria-label="Machines">
      <div className="bar">
        <h1>Machines</h1>
        <input
          id="filter"
          type="search"
          placeholder="Filter by name, state, plan, MAC…"
          aria-label="Filter the machines"
          aria-keyshortcuts="/"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && first) go({ at: "machine", name: first.name });
            if (event.key === "ArrowDown") moveFocus(ROWS, 1);
            if (event.key === "Escape") event.currentTarget.blur();
          }}
        />
        <span className="dim" role="status">
          {found.length === all.length ? `${all.length}` : `${found.length} of ${all.length}`}
        </span>
      </div>
      {found.length === 0 && <p className="nothing">No machine matches “{wanted}”. Shorten the filter.</p>}
      {found.length > 0 && <Table machines={found.slice(0, MOST_ROWS)} />}
      {found.length > MOST_ROWS && (
        <p className="dim">
          The first {MOST_ROWS} of {found.length} are shown; filter to see the others.
        </p>
      )}
      <Discovered />
    </section>
  );
}

function Table({ machines }: { machines: readonly Machine[] }) {
  const now = useNow(5000);
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Machine</th>
          <th scope="col">State</th>
          <th scope="col">Since</th>
          <th scope="col">Waits for</th>
          <th scope="col">Power</th>
          <th scope="col">Plan</th>
          <th scope="col">Segment</th>
        </tr>
      </thead>
      <tbody>
        {machines.map((machine) => (
          <tr key={machine.name}>
            <th scope="row" className="machine-name">
              <Link className="row" to={{ at: "machine", name: machine.name }}>
                {machine.name}
              </Link>
            </th>
            <td className="state">
              <StateWord state={machine.state} />
            </td>
            <td className="since">
              <Since at={machine.state.since} now={now} />
            </td>
            <td className="waits">{machine.state.waits ?? <span className="dim">nothing</span>}</td>
            <td className="power">
              <PowerWord power={machine.power} />
            </td>
            <td className="plan">
              <PlanWords plan={machine.plan} />
            </td>
            <td className="segment">
              <SegmentWords machine={machine} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function NoMachines() {
  return (
    <section className="empty">
      <h1>No machine is on record yet</h1>
      <p>Start a virtual rack to try things out; its machines come by themselves:</p>
      <CommandLine line="rackhand rack up" />
      <p>Or put a server on record, with the MAC address it boots from and its BMC:</p>
      <CommandLine line="IPMI_PASSWORD=… rackhand machine add m1 --mac 52:54:00:12:34:56 --bmc 192.0.2.10 --bmc-user ADMIN" />
      <p className="dim">They appear here at once.</p>
    </section>
  );
}
