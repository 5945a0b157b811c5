import { useEffect } from "react";
import type { Machine } from "../../src/api/shapes.ts";
import type { Failure } from "../../src/api/table.ts";
import { labelWords } from "../core/matching.ts";
import { SIDES, type Side } from "../core/route.ts";
import { Link } from "../router.tsx";
import { useNow, useWorld } from "../store.ts";
import { ActsBar } from "./acts-bar.tsx";
import { BmcSide } from "./bmc-side.tsx";
import { ChecksSide } from "./check-page.tsx";
import { CommandLine } from "./command-line.tsx";
import { ConsoleSide } from "./console-side.tsx";
import { InventorySide } from "./inventory-side.tsx";
import { PlanWords, PowerWord, SegmentWords, Since, StateWord, WayWords } from "./machine-words.tsx";
import { RecordSide } from "./record-side.tsx";
import { TimelinePane } from "./timeline-pane.tsx";
import { useChosenEvent } from "./use-chosen-event.ts";
import { WhyLine } from "./why-line.tsx";

type Props = { name: string; side: Side | undefined; failed: (failure: Failure) => void };

export function MachinePage({ name, side, failed }: Props) {
  const { machines } = useWorld();
  const machine = machines?.get(name);
  const chosen = useChosenEvent();
  useEffect(() => {
    document.title = machine ? `${machine.state.word} · ${name} · Rackhand` : `${name} · Rackhand`;
  }, [machine, name]);
  if (machines === undefined) return <p className="waiting">Reading {name}…</p>;
  if (machine === undefined) return <NoSuchMachine name={name} />;
  return (
    <article className={side === undefined ? "machine" : "machine aside"}>
      <Head machine={machine} />
      <Sides name={name} side={side} />
      {side === undefined && (
        <>
          <WhyLine machine={machine} />
          <ActsBar machine={machine} failed={failed} />
          <div className="panes">
            <TimelinePane machine={name} chosen={chosen} />
            <ConsoleSide machine={machine} chosen={chosen} />
          </div>
        </>
      )}
      {side === "inventory" && <InventorySide machine={machine} failed={failed} />}
      {side === "checks" && <ChecksSide name={name} />}
      {side === "bmc" && <BmcSide machine={machine} failed={failed} />}
      {side === "record" && <RecordSide machine={machine} failed={failed} />}
    </article>
  );
}

const SAYS = {
  inventory: "Inventory",
  checks: "Checks",
  bmc: "BMC",
  record: "Record",
} as const satisfies Record<Side, string>;

/** The ways to look at one machine. */
function Sides({ name, side }: { name: string; side: Side | undefined }) {
  const current = (one: Side | undefined) => (one === side ? "page" : undefined);
  return (
    <nav className="sides" aria-label={`Of ${name}`}>
      <Link to={{ at: "machine", name }} aria-current={current(undefined)}>
        Timeline and console
      </Link>
      {SIDES.map((one) => (
        <Link key={one} to={{ at: "machine", name, side: one }} aria-current={current(one)}>
          {SAYS[one]}
        </Link>
      ))}
    </nav>
  );
}

function Head({ machine }: { machine: Machine }) {
  const now = useNow(5000);
  const { name, state, power, plan, ways, macs, firmware, serial, bmc } = machine;
  return (
    <header className="machine-head">
      <h1>{name}</h1>
      <p className="now">
        <StateWord state={state} />
        {state.since !== null && (
          <span className="dim">
            <Since at={state.since} now={now} />
          </span>
        )}
        {state.waits !== null && <span>waits for {state.waits}</span>}
      </p>
      <dl className="facts">
        <Fact says="Power">
          <PowerWord power={power} />
        </Fact>
        <Fact says="Plan">
          <PlanWords plan={plan} />
        </Fact>
        <Fact says="MAC">
          <code>{macs.join(" ") || "none"}</code>
        </Fact>
        <Fact says="Firmware">{firmware === "bios" ? "BIOS" : "UEFI"}</Fact>
        <Fact says="Serial">
          <code>{serial}</code>
        </Fact>
        <Fact says="BMC">{bmc === null ? "none" : <code>{`${bmc.address}:${bmc.port}`}</code>}</Fact>
        {ways.length > 0 && (
          <Fact says="Answers">
            <WayWords ways={ways} />
          </Fact>
        )}
        <Fact says="Segment">
          <SegmentWords machine={machine} />
        </Fact>
        {machine.installed && (
          <Fact says="Installed">
            <Link to={{ at: "install", name: `${machine.installed.story}` }}>{machine.installed.image}</Link>{" "}
            <span className="dim">
              <Since at={machine.installed.at} now={now} />
            </span>
          </Fact>
        )}
        {Object.keys(machine.labels).length > 0 && (
          <Fact says="Labels">
            <code>{labelWords(machine)}</code>
          </Fact>
        )}
      </dl>
    </header>
  );
}

function Fact({ says, children }: { says: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{says}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function NoSuchMachine({ name }: { name: string }) {
  return (
    <section className="empty">
      <h1>There is no machine called “{name}”</h1>
      <p>It may have been taken off the record. Those there are:</p>
      <CommandLine line="rackhand machine list" />
      <p>
        <Link to={{ at: "machines" }}>See them here</Link>
      </p>
    </section>
  );
}
