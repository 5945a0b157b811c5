import { memo, useRef } from "react";
import type { Machine } from "../../src/api/shapes.ts";
import { labelWords } from "../core/matching.ts";
import { Link } from "../router.tsx";
import { useNow } from "../store.ts";
import { PlanWords, PowerWord, SegmentWords, Since, StateWord } from "./machine-words.tsx";
import { useCursor } from "./use-cursor.ts";
import { useKeys } from "./use-keys.ts";
import { useNarrow } from "./use-narrow.ts";
import { useWindow } from "./use-window.ts";

const COLUMNS = ["Machine", "State", "Since", "Waits for", "Power", "Plan", "Segment", "Labels"] as const;
/** As the style sheet has them: the height of a row. */
const [ROW_PX, NARROW_ROW_PX] = [32, 116];

/** A thousand machines are a table of a thousand rows, of which those in sight are drawn. */
export function MachineTable({ machines }: { machines: readonly Machine[] }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const rowPx = useNarrow() ? NARROW_ROW_PX : ROW_PX;
  const { from, to } = useWindow(body, machines.length, rowPx);
  const move = useCursor(body, machines.length, rowPx);
  const now = useNow(5000);
  useKeys({ next: () => move(1), previous: () => move(-1) });
  return (
    <table aria-rowcount={machines.length + 1}>
      <thead>
        <tr>
          {COLUMNS.map((says) => (
            <th key={says} scope="col" className={`of-${says.split(" ")[0]!.toLowerCase()}`}>
              {says}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={body}>
        <Space px={from * rowPx} />
        {machines.slice(from, to).map((machine, i) => (
          <Row key={machine.name} machine={machine} at={from + i} now={now} />
        ))}
        <Space px={(machines.length - to) * rowPx} />
      </tbody>
    </table>
  );
}

/** Stands for the rows that are not drawn. */
const Space = ({ px }: { px: number }) => (
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row without cells takes no focus
  <tr className="space" aria-hidden="true" style={{ height: px }} />
);

const Row = memo(function Row({ machine, at, now }: { machine: Machine; at: number; now: number }) {
  return (
    <tr aria-rowindex={at + 2}>
      <th scope="row" className="machine-name">
        <Link className="row" data-at={at} to={{ at: "machine", name: machine.name }}>
          {machine.name}
        </Link>
      </th>
      <td className="state">
        <StateWord state={machine.state} />
      </td>
      <td className="since">
        <Since at={machine.state.since} now={now} />
      </td>
      <td className="waits" title={machine.state.waits ?? undefined}>
        {machine.state.waits ?? <span className="dim">nothing</span>}
      </td>
      <td className="power">
        <PowerWord power={machine.power} />
      </td>
      <td className="plan">
        <PlanWords plan={machine.plan} />
      </td>
      <td className="segment">
        <SegmentWords machine={machine} />
      </td>
      <td className="labels" title={labelWords(machine)}>
        {labelWords(machine)}
      </td>
    </tr>
  );
});
