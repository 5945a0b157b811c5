import type { Inventory } from "../../src/api/shapes.ts";
import { printable } from "../../src/base/text.ts";
import { size } from "../../src/base/units.ts";
import { type Disk, numberOf, toggled } from "../core/disk-choice.ts";
import { howLongAgo } from "../core/moment.ts";
import { Shape } from "./shape.tsx";

type Props = {
  readonly found: Inventory | null; // null: no hand has looked
  readonly chosen: readonly string[];
  readonly most: number;
  readonly choose: (chosen: readonly string[]) => void;
};

/** The disks to erase: those that a live hand saw, or their serial numbers typed where none has looked. */
export function DiskChoice({ found, chosen, most, choose }: Props) {
  if (found === null || found.disks.length === 0)
    return (
      <fieldset className="disks">
        <legend>{most === 1 ? "Disk" : "Disks"}, by serial number</legend>
        {Array.from({ length: Math.min(most, 2) }, (_, at) => (
          <input
            key={`${at + 1}`}
            aria-label={`Serial number of disk ${at + 1}`}
            placeholder="as its label has it"
            value={chosen[at] ?? ""}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => {
              const next = [...chosen];
              next[at] = event.target.value;
              choose(Array.from(next, (one) => one ?? ""));
            }}
          />
        ))}
        <p className="dim">
          {found === null
            ? "No live hand has looked into it yet, so its disks are not known here."
            : "The live hand found no disk in it."}
        </p>
      </fieldset>
    );
  return (
    <fieldset className="disks">
      <legend>
        {most === 1 ? "Disk" : "Disks"}{" "}
        <span className="dim">as seen {howLongAgo(found.readAt, Date.now())}</span>
      </legend>
      {found.disks.map((disk) => (
        <DiskRow
          key={disk.name}
          disk={disk}
          isChosen={chosen.includes(numberOf(disk) ?? "")}
          toggle={(id) => choose(toggled(chosen, id, most))}
        />
      ))}
    </fieldset>
  );
}

type RowProps = { disk: Disk; isChosen: boolean; toggle: (id: string) => void };

function DiskRow({ disk, isChosen, toggle }: RowProps) {
  const id = numberOf(disk);
  const holds = disk.holds.length === 0 ? "holds nothing" : `holds ${disk.holds.join(", ")}`;
  return (
    <label className="disk">
      <input
        type="checkbox"
        checked={isChosen}
        disabled={id === null}
        onChange={() => id !== null && toggle(id)}
      />
      <span>
        <b>{printable(disk.name, 40)}</b> {size(disk.bytes)}{" "}
        {id === null ? (
          <span className="because">has no serial number, so it cannot be named</span>
        ) : (
          <code>{printable(id, 100)}</code>
        )}{" "}
        {disk.health.is === "failing" && (
          <span className="failing">
            <Shape look="bad" /> failing
          </span>
        )}
        <span className="dim holds">
          {printable(disk.model === null ? holds : `${disk.model}, ${holds}`, 260)}
        </span>
      </span>
    </label>
  );
}
