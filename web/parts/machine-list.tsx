import { useEffect, useMemo, useRef } from "react";
import type { Machine } from "../../src/api/shapes.ts";
import type { Failure } from "../../src/api/table.ts";
import { lookOf } from "../core/look.ts";
import { type Counted, matching, states } from "../core/matching.ts";
import { go, useParam } from "../router.tsx";
import { useWorld } from "../store.ts";
import { CommandLine } from "./command-line.tsx";
import { Discovered } from "./discovered.tsx";
import { MachineTable } from "./machine-table.tsx";
import { Shape } from "./shape.tsx";
import { focusOn, useKeys } from "./use-keys.ts";

type Props = { failed: (failure: Failure) => void };

export function MachineList({ failed }: Props) {
  const { machines } = useWorld();
  useEffect(() => {
    document.title = "Machines · Rackhand";
  }, []);
  if (machines === undefined) return <p className="waiting">Reading the machines…</p>;
  if (machines.size === 0)
    return (
      <>
        <NoMachines />
        <Discovered failed={failed} />
      </>
    );
  return <Found machines={machines} failed={failed} />;
}

/** The machines that the filter leaves; the filter stands in the address, so that it can be sent to somebody. */
function Found({ machines, failed }: Props & { machines: ReadonlyMap<string, Machine> }) {
  const [wanted, setWanted] = useParam("filter");
  const found = useMemo(() => matching([...machines.values()], wanted), [machines, wanted]);
  useKeys({ filter: () => focusOn("#filter") });
  return (
    <section className="machines" aria-label="Machines">
      <div className="bar">
        <h1>Machines</h1>
        <input
          id="filter"
          type="search"
          placeholder="Filter: a name, state:panic, label:rack=3…"
          aria-label="Filter the machines"
          aria-keyshortcuts="/"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          onKeyDown={(event) => {
            const first = matching([...machines.values()], event.currentTarget.value)[0];
            if (event.key === "Enter" && first) go({ at: "machine", name: first.name });
            if (event.key === "ArrowDown") focusOn('.machines [data-at="0"]');
            if (event.key === "Escape") event.currentTarget.blur();
          }}
        />
        <span className="dim count" role="status">
          {found.length === machines.size ? `${machines.size}` : `${found.length} of ${machines.size}`}
        </span>
        <States machines={machines} wanted={wanted} want={setWanted} />
      </div>
      {found.length === 0 ? (
        <p className="nothing">No machine matches “{wanted}”. Shorten the filter.</p>
      ) : (
        <MachineTable machines={found} />
      )}
      <Discovered failed={failed} />
    </section>
  );
}

const MOST_STATES = 6;
const FIGURE_SPACE = "\u2007"; // as wide as a digit, so that a number that shrinks moves nothing

/** How many are in which state; pressing one filters by it, pressing it again shows all. */
function States(props: {
  machines: ReadonlyMap<string, Machine>;
  wanted: string;
  want: (filter: string) => void;
}) {
  const { machines, wanted, want } = props;
  const before = useRef<readonly Counted[]>([]);
  const counted = useMemo(() => states(machines.values(), before.current), [machines]);
  useEffect(() => {
    before.current = counted;
  }, [counted]);
  return (
    <div className="states">
      {counted.slice(0, MOST_STATES).map(({ word, count }) => {
        const filter = `state:${word.includes(" ") ? `"${word}"` : word}`;
        const isOn = wanted === filter;
        return (
          <button
            key={word}
            type="button"
            className="quiet"
            aria-pressed={isOn}
            onClick={() => want(isOn ? "" : filter)}
          >
            <Shape look={lookOf(word)} />{" "}
            <span className="number">{`${count}`.padStart(`${machines.size}`.length, FIGURE_SPACE)}</span>{" "}
            {word}
          </button>
        );
      })}
    </div>
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
