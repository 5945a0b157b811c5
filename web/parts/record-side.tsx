import { useCallback, useState } from "react";
import type { Machine } from "../../src/api/shapes.ts";
import type { Failure } from "../../src/api/table.ts";
import { printable } from "../../src/base/text.ts";
import { call } from "../ask/call.ts";
import { go } from "../router.tsx";
import { ActRow, ButtonRow } from "./act-row.tsx";
import { RecordDialog } from "./change-dialogs.tsx";
import { CommandLine } from "./command-line.tsx";
import { Facts } from "./facts.tsx";

type Props = { machine: Machine; failed: (failure: Failure) => void };

/** What is on record of a machine, its labels, and taking it off the record. */
export function RecordSide({ machine, failed }: Props) {
  const { name, macs, firmware, serial, loader, redirected, segment, declared } = machine;
  const [isChanging, setChanging] = useState(false);
  const close = useCallback(() => setChanging(false), []);
  const because = declared === null ? undefined : `${declared.name} declares it; change it there`;
  return (
    <div className="side">
      <section className="aspect" aria-label="On record">
        <h2>On record</h2>
        {declared !== null && (
          <p>
            {declared.by === "file" ? "The file" : "The agent"} <code>{declared.name}</code> says how {name}{" "}
            is: it is changed there.
          </p>
        )}
        <Facts
          facts={{
            MAC: macs.join(" "),
            firmware: firmware === "bios" ? "BIOS" : "UEFI",
            serial,
            "screen copied to serial": redirected ? "yes" : "no",
            loader,
            segment,
          }}
        />
        <ButtonRow
          label="Change…"
          line={`rackhand machine set ${name} --serial ${serial}`}
          because={because}
          press={() => setChanging(true)}
        />
        {isChanging && <RecordDialog {...{ machine, close }} done={close} />}
      </section>
      {machine.installed?.hostKey && <HostKey name={name} hostKey={machine.installed.hostKey} />}
      <Labels machine={machine} because={because} failed={failed} />
      <Remove machine={machine} because={because} failed={failed} />
    </div>
  );
}

/** For `ssh` to have nothing to ask in the blind. */
function HostKey({ name, hostKey }: { name: string; hostKey: string }) {
  return (
    <section className="aspect" aria-label="ssh host key">
      <h2>ssh host key</h2>
      <p>The console showed it at the end of the install; as a line for ~/.ssh/known_hosts:</p>
      <CommandLine line={`${name} ${printable(hostKey, 1000)}`} />
      <p>With its addresses too:</p>
      <CommandLine line={`rackhand machine known-hosts ${name} >>~/.ssh/known_hosts`} />
    </section>
  );
}

type ActProps = Props & { because: string | undefined };

function Labels({ machine: { name, labels }, because, failed }: ActProps) {
  const [draft, setDraft] = useState("");
  const change = async (question: { set?: Record<string, string>; drop?: string[] }) => {
    const outcome = await call("labelMachine", { name, ...question });
    if (outcome.ok) setDraft("");
    else failed(outcome.failure);
  };
  const add = () => {
    const [key = "", value = ""] = draft.trim().split("=");
    if (key !== "" && because === undefined) void change({ set: { [key]: value } });
  };
  const line = `rackhand machine label ${name} ${draft.trim() || "KEY=VALUE"}`;
  return (
    <section className="aspect" aria-label="Labels">
      <h2>Labels</h2>
      {Object.keys(labels).length === 0 && (
        <p className="dim">None yet; they choose machines: `label:rack=3`.</p>
      )}
      <ul className="labels-list">
        {Object.entries(labels).map(([key, value]) => (
          <li key={key}>
            <code>{value === "" ? key : `${key}=${value}`}</code>
            <button
              type="button"
              className="quiet"
              aria-label={`Take off the label ${key}`}
              aria-disabled={because !== undefined}
              onClick={() => because === undefined && void change({ drop: [key] })}
            >
              Take off
            </button>
          </li>
        ))}
      </ul>
      <form
        className="act-row"
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <input
          aria-label="New label"
          placeholder="key=value"
          value={draft}
          autoComplete="off"
          onChange={(event) => setDraft(event.target.value)}
        />
        <button type="submit" aria-disabled={because !== undefined} title={because && `not now: ${because}`}>
          Add the label
        </button>
        <CommandLine line={line} />
      </form>
      {because !== undefined && <p className="because">Not now: {because}.</p>}
    </section>
  );
}

function Remove({ machine: { name }, because, failed }: ActProps) {
  const yes = `Take ${name} off the record`;
  return (
    <section className="aspect" aria-label="Take off the record">
      <h2>Take it off the record</h2>
      <p>
        {name} is answered as a stranger from then on, and its BMC's password is forgotten. Its timeline
        stays.
      </p>
      <ActRow
        label={yes}
        line={`rackhand machine remove ${name}`}
        because={because}
        isDanger
        asks={{
          says: `${yes}? Its BMC's password is forgotten; this cannot be undone.`,
          ...{ word: name, yes, no: "Leave it as it is" },
        }}
        act={() => call("removeMachine", { name })}
        done={() => go({ at: "machines" })}
        failed={failed}
      />
    </section>
  );
}
