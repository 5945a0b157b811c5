import { useState } from "react";
import type { TimelineEvent } from "../../src/api/shapes.ts";
import { printable } from "../../src/base/text.ts";
import type { Fold } from "../core/fold.ts";
import { clock, dayAndClock } from "../core/moment.ts";
import { CopyButton } from "./command-line.tsx";
import { KindIcon, toneOf } from "./kind-icon.tsx";
import type { ChosenEvent } from "./use-chosen-event.ts";

const MOST_REPEATS = 100;

/** One row of the timeline: the newest of its fold in words, everything else a click away. */
export function EventRow({ row, chosen }: { row: Fold; chosen: ChosenEvent }) {
  const [isOpen, setOpen] = useState(() => row.events.some(({ id }) => id === chosen.selected));
  const newest = row.events.at(-1)!;
  const times = row.events.length;
  const isSelected = row.events.some(({ id }) => id === chosen.selected);
  return (
    <li className={`event ${toneOf(newest.kind)}`} data-event={isSelected ? chosen.selected : newest.id}>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-current={isSelected || undefined}
        onClick={() => {
          setOpen(!isOpen);
          chosen.select(isOpen ? undefined : newest);
        }}
      >
        <Moment at={newest.at} />
        <KindIcon kind={newest.kind} />
        <span className="says">{printable(newest.says, 400)}</span>
        {times > 1 && (
          <span className="times" title={`${times} times since ${dayAndClock(row.events[0]!.at)}`}>
            ×{times}
          </span>
        )}
      </button>
      {isOpen && <Detail event={newest} />}
      {isOpen && times > 1 && <Repeats events={row.events} />}
    </li>
  );
}

function Moment({ at }: { at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={dayAndClock(at)}>
      {clock(at)}
    </time>
  );
}

function Detail({ event }: { event: TimelineEvent }) {
  const fields = Object.entries({ kind: event.kind, ...(event.mac && { mac: event.mac }), ...event.detail });
  return (
    <dl className="detail">
      <div>
        <dt>at</dt>
        <dd>{dayAndClock(event.at)}</dd>
      </div>
      {fields.map(([name, value]) => (
        <div key={name}>
          <dt>{printable(name)}</dt>
          <dd>{printable(typeof value === "string" ? value : JSON.stringify(value), 2000)}</dd>
        </div>
      ))}
      <div>
        <dt>link</dt>
        <dd>
          <CopyButton text={linkTo(event)} says="Copy the link to this event" />
        </dd>
      </div>
    </dl>
  );
}

const linkTo = ({ id }: TimelineEvent): string => `${location.origin}${location.pathname}?event=${id}`;

function Repeats({ events }: { events: readonly TimelineEvent[] }) {
  const left = Math.max(0, events.length - MOST_REPEATS);
  return (
    <ol className="repeats" aria-label="Each time">
      {left > 0 && <li className="dim">{left} earlier ones are left out here</li>}
      {events.slice(left).map((event) => (
        <li key={event.id}>
          <Moment at={event.at} /> {printable(event.says, 400)}
        </li>
      ))}
    </ol>
  );
}
