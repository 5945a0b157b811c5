import { useEffect } from "react";
import type { Machine } from "../../src/api/shapes.ts";
import type { Failure } from "../../src/api/table.ts";
import { Link } from "../router.tsx";
import { useNow, useWorld } from "../store.ts";
import { ActsBar } from "./acts-bar.tsx";
import { CommandLine } from "./command-line.tsx";
import { ConsolePane } from "./console-pane.tsx";
import { PlanWords, PowerWord, SegmentWords, Since, StateWord, WayWords } from "./machine-words.tsx";
import { TimelinePane } from "./timeline-pane.tsx";
import { useOneTime } from "./use-one-time.ts";
import { WhyLine } from "./why-line.tsx";

export function MachinePage({ name, failed }: { name: string; failed: (failure: Failure) => void }) {
  const { machines } = useWorld();
  const machine = machines?.get(name);
  const time = useOneTime();
  useEffect(() => {
    document.title = machine ? `${machine.state.word} · ${name} · Rackhand` : `${name} · Rackhand`;
  }, [machine, name]);
  if (machines === undefined) return <p className="waiting">Reading {name}…</p>;
  if (machine === undefined) return <NoSuchMachine name={name} />;
  return (
    <article className="machine">
      <Head machine={machine} />
      <WhyLine machine={machine} />
      <ActsBar machine={machine} failed={failed} />
      <div className="panes">
        <TimelinePane machine={name} time={time} />
        <ConsolePane machine={machine} />
      </div>
    </article>
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
