import { useState } from "react";
import { name as nameShape, type Segment } from "../../src/api/shapes.ts";
import type { Answer, Failure } from "../../src/api/table.ts";
import { printable } from "../../src/base/text.ts";
import { call } from "../ask/call.ts";
import { dayAndClock } from "../core/moment.ts";
import { CommandLine } from "./command-line.tsx";
import { Dialog } from "./dialog.tsx";
import { useAnswer } from "./use-answer.ts";

const ASK_MS = 10_000;
const MOST_ROWS = 50;
type Stranger = Answer<"discover">["discovered"][number];
type Props = { segment?: Segment["name"]; failed: (failure: Failure) => void };

/** Addresses that asked the network and belong to no machine on record; nothing, when there are none. */
export function Discovered({ segment, failed }: Props) {
  const answer = useAnswer("discover", {}, { ms: ASK_MS, matters: true });
  const [gone, setGone] = useState<readonly string[]>([]);
  const [taking, take] = useState<Stranger>();
  const found = (answer?.discovered ?? []).filter(
    (one) => !gone.includes(one.mac) && (segment === undefined || one.segment === segment),
  );
  if (found.length === 0) return null;
  const forget = async (mac: string) => {
    const outcome = await call("forgetDiscovered", { mac });
    if (outcome.ok) setGone([...gone, mac]);
    else failed(outcome.failure);
  };
  return (
    <section className="discovered" aria-label="Seen on the network, not on record">
      <h2>Seen on the network, not on record</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Address</th>
            <th scope="col">What it is</th>
            <th scope="col">Last seen</th>
            <th scope="col">What it did</th>
            <th scope="col">Acts</th>
          </tr>
        </thead>
        <tbody>
          {found.slice(0, MOST_ROWS).map((one) => (
            <tr key={one.mac}>
              <th scope="row">
                <code>{one.mac}</code>
              </th>
              <td data-says="What it is">{whatItIs(one)}</td>
              <td data-says="Last seen">{dayAndClock(one.lastSeen).slice(0, 19)}</td>
              <td data-says="What it did" className="waits">
                {printable(one.event.says, 200)}
              </td>
              <td className="row-acts">
                <button type="button" onClick={() => take(one)}>
                  Put on record<span className="unseen"> {one.mac}</span>
                </button>
                <button
                  type="button"
                  className="quiet"
                  title={`until it is heard anew; rackhand machine discover forget ${one.mac}`}
                  onClick={() => void forget(one.mac)}
                >
                  Forget<span className="unseen"> {one.mac}</span>
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.length > MOST_ROWS && (
        <p className="dim">{found.length - MOST_ROWS} more; `rackhand machine discover` has all.</p>
      )}
      {taking && (
        <PutOnRecord
          stranger={taking}
          failed={failed}
          done={(isDone) => {
            take(undefined);
            if (isDone) setGone([...gone, taking.mac]);
          }}
        />
      )}
    </section>
  );
}

const whatItIs = ({ firmware, vendor, uuid, segment }: Stranger): string =>
  [firmware, vendor, uuid && `UUID ${uuid}`, `on ${segment}`]
    .filter((word) => word)
    .map((word) => printable(word!, 60))
    .join(", ");

type TakeProps = { stranger: Stranger; failed: (failure: Failure) => void; done: (isDone: boolean) => void };

/** A proposal becomes a machine once it has a name. */
function PutOnRecord({ stranger: { mac, firmware, segment }, failed, done }: TakeProps) {
  const [name, setName] = useState("");
  const kind = firmware === null || firmware.startsWith("bios") ? "bios" : "uefi";
  const because = nameShape.safeParse(name).success
    ? undefined
    : "a name has lower-case letters, digits and inner hyphens";
  const add = async () => {
    const outcome = await call("addMachine", { name, mac, firmware: kind, segment });
    if (!outcome.ok) failed(outcome.failure);
    done(outcome.ok);
  };
  const title = `Put ${mac} on record`;
  return (
    <Dialog title={title} close={() => done(false)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (because === undefined) void add();
        }}
      >
        <h2>{title}</h2>
        <label className="typed">
          <span>Name</span>
          <input
            autoFocus
            value={name}
            maxLength={63}
            autoComplete="off"
            onChange={(event) => setName(event.target.value.toLowerCase())}
          />
        </label>
        <p className="dim" role="status">
          {name !== "" && because !== undefined
            ? `Not yet: ${because}.`
            : `${kind === "bios" ? "BIOS" : "UEFI"} on ${segment}; its BMC is told later, on its page.`}
        </p>
        <CommandLine
          line={`rackhand machine add ${name || "NAME"} --mac ${mac} --firmware ${kind} --segment ${segment}`}
        />
        <div className="answers">
          <button type="button" onClick={() => done(false)}>
            Not now
          </button>
          <button type="submit" className="primary" aria-disabled={because !== undefined}>
            Put it on record
          </button>
        </div>
      </form>
    </Dialog>
  );
}
