import { useCallback, useState } from "react";
import { whyNot } from "../../src/api/can.ts";
import {
  CARD_COLUMNS,
  cardCells,
  DISK_COLUMNS,
  diskCells,
  machineWords,
} from "../../src/api/inventory-words.ts";
import type { Inventory, Machine } from "../../src/api/shapes.ts";
import type { Failure } from "../../src/api/table.ts";
import { printable } from "../../src/base/text.ts";
import { call } from "../ask/call.ts";
import { liveOffer } from "../core/acts.ts";
import { numberOf } from "../core/disk-choice.ts";
import { dayAndClock, howLongAgo } from "../core/moment.ts";
import { useNow } from "../store.ts";
import { ActRow } from "./act-row.tsx";
import { CommandLine } from "./command-line.tsx";
import { Facts } from "./facts.tsx";
import { Failed } from "./failed.tsx";
import { PlainTable } from "./plain-table.tsx";
import { Shape } from "./shape.tsx";
import { useAsked } from "./use-asked.ts";
import { WorkDoor } from "./work-door.tsx";

const ASK_MS = 4000;
type Props = { machine: Machine; failed: (failure: Failure) => void };

/** What a live hand found in the machine the last time, and how long ago that was. */
export function InventorySide({ machine, failed }: Props) {
  const { name } = machine;
  const { outcome, ask } = useAsked("machineInventory", { name }, ASK_MS);
  if (outcome === undefined) return <p className="waiting">Reading the inventory of {name}…</p>;
  if (!outcome.ok) return <Failed failure={outcome.failure} ask={ask} />;
  const { inventory } = outcome.value;
  return (
    <div className="inventory">
      {inventory === null ? (
        <NobodyLooked name={name} />
      ) : (
        <Found machine={machine} inventory={inventory} failed={failed} />
      )}
      <LookNow machine={machine} isAgain={inventory !== null} failed={failed} />
    </div>
  );
}

const NobodyLooked = ({ name }: { name: string }) => (
  <section className="nobody-looked">
    <h2>No live hand has looked into {name} yet</h2>
    <p>
      The live hand is a small Debian in memory. Each time it boots (for this, for a rescue, a wipe or an
      imaged install) it tells processors, memory, disks with their serial numbers and health, and network
      cards.
    </p>
  </section>
);

function LookNow({ machine, isAgain, failed }: Props & { isAgain: boolean }) {
  const { label, line, does, more, asks, act } = liveOffer(machine);
  return (
    <section className="aspect" aria-label="Look now">
      {isAgain && <h2>Look anew</h2>}
      <p>
        It {does}. {more}
      </p>
      <ActRow
        {...{ label, line, asks, failed }}
        because={whyNot(act, machine)}
        isCopiedByKey
        act={() => call("armPlan", { name: machine.name, plan: "live", now: true })}
      />
    </section>
  );
}

function Found({ machine, inventory, failed }: Props & { inventory: Inventory }) {
  const now = useNow(5000);
  const [wiping, wipe] = useState<string>();
  const close = useCallback(() => wipe(undefined), []);
  const { readAt, disks, nics } = inventory;
  return (
    <>
      <section className="aspect" aria-label="Machine">
        <div className="bar">
          <p>
            A live hand read this{" "}
            <time dateTime={new Date(readAt).toISOString()} title={dayAndClock(readAt)}>
              <b>{howLongAgo(readAt, now)}</b>
            </time>
            ; what was changed since is not known.
          </p>
          <CommandLine line={`rackhand machine inventory ${machine.name}`} />
        </div>
        <Facts facts={Object.fromEntries(machineWords(inventory))} />
      </section>
      <section className="aspect" aria-label="Disks">
        <h2>Disks</h2>
        {disks.length === 0 && <p className="nothing">It found none.</p>}
        {disks.length > 0 && (
          <PlainTable
            columns={[...DISK_COLUMNS, "Act"]}
            rows={disks.map((disk) => ({
              key: disk.name,
              cells: [...diskRow(disk), <WipeButton key="wipe" disk={disk} wipe={wipe} />],
            }))}
          />
        )}
        {wiping !== undefined && <WorkDoor {...{ machine, failed, close }} work="wipe" disk={wiping} />}
      </section>
      <section className="aspect" aria-label="Network cards">
        <h2>Network cards</h2>
        {nics.length === 0 && <p className="nothing">It found none.</p>}
        {nics.length > 0 && (
          <PlainTable
            columns={CARD_COLUMNS}
            rows={nics.map((card) => ({
              key: card.mac + card.name,
              cells: cardCells(card).map((cell) => printable(cell, 80)),
            }))}
          />
        )}
      </section>
    </>
  );
}

function WipeButton({ disk, wipe }: { disk: Inventory["disks"][number]; wipe: (id: string) => void }) {
  const id = numberOf(disk);
  return (
    <button
      type="button"
      className="quiet"
      aria-disabled={id === null}
      title={id === null ? "not now: it has no serial number to name it by" : undefined}
      onClick={() => id !== null && wipe(id)}
    >
      Wipe…<span className="unseen"> {disk.name}</span>
    </button>
  );
}

const HEALTH = { good: "good", failing: "bad", unknown: "unknown" } as const;

function diskRow(disk: Inventory["disks"][number]) {
  const [name, model, serial, bytes, kind, , holds] = diskCells(disk).map((cell) => printable(cell, 200));
  const { is, says } = disk.health;
  return [
    name,
    model,
    <code key="serial">{serial}</code>,
    bytes,
    kind,
    <span key="health" className="state-word words">
      <Shape look={HEALTH[is]} />
      {is} <span className="dim">{printable(says, 120)}</span>
    </span>,
    <span key="holds" className="words">
      {holds}
    </span>,
  ];
}
