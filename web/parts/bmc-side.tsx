import { type ReactNode, useCallback, useState } from "react";
import type { BmcAspect, BmcReport } from "../../src/api/bmc-shapes.ts";
import { whyNot } from "../../src/api/can.ts";
import type { Machine } from "../../src/api/shapes.ts";
import type { Failure } from "../../src/api/table.ts";
import { printable } from "../../src/base/text.ts";
import { call } from "../ask/call.ts";
import { ActRow, ButtonRow } from "./act-row.tsx";
import { Aspect } from "./aspect.tsx";
import { BmcDialog } from "./change-dialogs.tsx";
import { Facts } from "./facts.tsx";
import { PlainTable } from "./plain-table.tsx";
import { Shape } from "./shape.tsx";
import { StartFrom, VirtualDisc } from "./start-from.tsx";
import { useAsked } from "./use-asked.ts";

type Props = { machine: Machine; failed: (failure: Failure) => void };

/** What the machine's BMC tells: what is unsafe about it, sensors, its log, the parts. Each is asked from it now. */
export function BmcSide({ machine, failed }: Props) {
  const { name, bmc } = machine;
  const [changes, setChanges] = useState(0); // each is followed by asking it anew
  const reached = <Reached machine={machine} changed={() => setChanges((n) => n + 1)} />;
  if (bmc === null)
    return (
      <section className="empty">
        <h2>{name} has no BMC on record</h2>
        <p>With one, its power, its console and its sensors are here.</p>
        {reached}
      </section>
    );
  return (
    <div className="side">
      {reached}
      <Told key={changes} machine={machine} failed={failed} />
    </div>
  );
}

/** How it is reached: this stands here whether it answers or not. */
function Reached({ machine, changed }: { machine: Machine; changed: () => void }) {
  const { name, bmc, declared } = machine;
  const [isChanging, setChanging] = useState(false);
  const close = useCallback(() => setChanging(false), []);
  const example = bmc === null ? "--bmc 192.0.2.10 --bmc-user ADMIN" : "--password";
  const isElsewhere = bmc === null && declared !== null;
  return (
    <section className="aspect" aria-label="Reached by">
      {bmc !== null && (
        <>
          <h2>Reached by</h2>
          <Facts
            facts={{
              driver: bmc.driver ?? "ipmitool",
              address: `${bmc.address}:${bmc.port}`,
              user: bmc.user,
              password: bmc.lacksPassword ? "not told yet" : "kept sealed",
              ...(bmc.console && { "console by": bmc.console }),
              ...(bmc.commands && { commands: bmc.commands }),
              ...(declared && { "declared in": declared.name }),
            }}
          />
        </>
      )}
      <ButtonRow
        label={bmc === null ? "Put one on record…" : "Change…"}
        line={`IPMI_PASSWORD=… rackhand machine bmc ${name} ${example}`}
        because={isElsewhere ? `${declared.name} declares ${name}; it is put there` : undefined}
        press={() => setChanging(true)}
      />
      {isChanging && (
        <BmcDialog
          {...{ machine, close }}
          done={() => {
            close();
            changed();
          }}
        />
      )}
    </section>
  );
}

function Told({ machine, failed }: Props) {
  const { name } = machine;
  return (
    <>
      <Findings machine={machine} failed={failed} />
      <Report name={name} about="controller" title="Controller" verb="bmc">
        {({ speaks, controller }) => (
          <Facts
            facts={{
              maker: controller?.maker ?? "not told",
              product: controller?.product ?? "not told",
              firmware: controller?.firmware ?? "not told",
              driver: speaks,
            }}
          />
        )}
      </Report>
      <StartFrom machine={machine} failed={failed} />
      <VirtualDisc machine={machine} failed={failed} />
      <Report name={name} about="sensors" title="Sensors" verb="sensors">
        {({ sensors = [] }) => <Sensors sensors={sensors} />}
      </Report>
      <Report name={name} about="log" title="Event log" verb="log">
        {({ log = [] }) => <Log log={log} />}
      </Report>
      <Report name={name} about="parts" title="Parts" verb="parts">
        {({ parts = [] }) =>
          parts.length === 0 ? (
            <p className="nothing">It lists none.</p>
          ) : (
            parts.map((part) => (
              <div key={part.name} className="part">
                <h3>{printable(part.name, 100)}</h3>
                <Facts facts={part.fields} />
              </div>
            ))
          )
        }
      </Report>
    </>
  );
}

type ReportProps = {
  name: string;
  about: BmcAspect;
  title: string;
  verb: string;
  children: (report: BmcReport) => ReactNode;
};

function Report({ name, about, title, verb, children }: ReportProps) {
  const asked = useAsked("readBmc", { name, about });
  return (
    <Aspect title={title} line={`rackhand machine ${verb} ${name}`} asked={asked}>
      {children}
    </Aspect>
  );
}

const FINDING = { fail: "bad", warn: "asks" } as const;

/** What lets strangers in, and the one act that mends the most usual of it. */
function Findings({ machine, failed }: { machine: Machine; failed: (failure: Failure) => void }) {
  const { name, bmc } = machine;
  const [says, setSays] = useState("");
  const user = bmc?.user;
  return (
    <Report name={name} about="findings" title="Safety" verb="bmc">
      {({ findings = [] }) => (
        <>
          {findings.length === 0 && (
            <p>
              <Shape look="good" /> Nothing unsafe was found.
            </p>
          )}
          {findings.map(({ id, is, says: found, remedy }) => (
            <div key={id} className="finding">
              <p>
                <Shape look={FINDING[is]} /> <b>{printable(found, 400)}</b>
              </p>
              <p>{printable(remedy, 400)}</p>
            </div>
          ))}
          <ActRow
            label="Set a random password"
            line={`rackhand machine secure ${name}`}
            because={whyNot("boot", machine)}
            asks={{
              says: `Give the user ${user} of ${name}'s BMC a random password of 20 characters? It is kept sealed here and shown to nobody; other programs that log in as ${user} must be told anew.`,
              yes: "Set a random password",
              no: "Leave it as it is",
            }}
            act={() => call("secure", { name })}
            done={(answer) => setSays(answer.says)}
            failed={failed}
          />
          <p role="status">{says}</p>
        </>
      )}
    </Report>
  );
}

const READS = {
  ok: { look: "good", word: "fine" },
  warning: { look: "asks", word: "warning" },
  critical: { look: "bad", word: "critical" },
  absent: { look: "off", word: "absent" },
  unknown: { look: "unknown", word: "not told" },
} as const;

/** Those that are not well come first. */
function Sensors({ sensors }: { sensors: NonNullable<BmcReport["sensors"]> }) {
  const order = ["critical", "warning", "unknown", "ok", "absent"];
  const sorted = [...sensors].sort((a, b) => order.indexOf(a.is) - order.indexOf(b.is));
  if (sorted.length === 0) return <p className="nothing">It lists none.</p>;
  return (
    <PlainTable
      columns={["Sensor", "Reads", "State"]}
      rows={sorted.map(({ name, is, reads }) => ({
        key: name,
        cells: [
          printable(name, 60),
          printable(reads, 60),
          <span key="state" className="state-word">
            <Shape look={READS[is].look} />
            {READS[is].word}
          </span>,
        ],
      }))}
    />
  );
}

const MOST_LOG = 200;

function Log({ log }: { log: NonNullable<BmcReport["log"]> }) {
  if (log.length === 0) return <p className="nothing">It is empty.</p>;
  const newest = [...log].reverse().slice(0, MOST_LOG);
  return (
    <PlainTable
      columns={["When", "What"]}
      rows={newest.map(({ id, at, says }) => ({
        key: id,
        cells: [
          printable(at, 40),
          <span key="what" className="words">
            {printable(says, 300)}
          </span>,
        ],
      }))}
    />
  );
}
