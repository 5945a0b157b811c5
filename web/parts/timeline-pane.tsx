import { useDeferredValue, useMemo, useState } from "react";
import { fold, isAbout } from "../core/fold.ts";
import { day } from "../core/moment.ts";
import { useTimeline, useWorld } from "../store.ts";
import { EventRow } from "./event-row.tsx";
import { useFollowing } from "./use-following.ts";
import { focusOn, moveFocus, useKeys } from "./use-keys.ts";

const ROWS = ".event > button";

/** What was observed about the machine, newest at the bottom; it follows unless somebody has scrolled up. */
export function TimelinePane({ machine }: { machine: string }) {
  const failure = useTimeline(machine);
  const { timeline } = useWorld();
  const [wanted, setWanted] = useState("");
  const filter = useDeferredValue(wanted);
  const events = timeline?.events ?? [];
  const found = useMemo(() => events.filter((event) => isAbout(event, filter)), [events, filter]);
  const rows = useMemo(() => fold(found), [found]);
  const { scroller, list, isFollowing, follow } = useFollowing();
  useKeys({
    filter: () => focusOn("#timeline-filter"),
    next: () => moveFocus(ROWS, 1),
    previous: () => moveFocus(ROWS, -1),
    live: follow,
  });
  return (
    <section className="timeline" aria-label="Timeline">
      <div className="bar">
        <h2>Timeline</h2>
        <input
          id="timeline-filter"
          type="search"
          placeholder="Filter"
          aria-label="Filter the timeline"
          aria-keyshortcuts="/"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
        />
        <span className="dim" role="status">
          {filter === "" ? eventsOf(events.length) : `${found.length} of ${eventsOf(events.length)}`}
        </span>
      </div>
      <div className="scroller" ref={scroller}>
        <div ref={list}>
          {failure && <p className="nothing">{`${failure.says} ${failure.remedy}`}</p>}
          {timeline !== undefined && timeline.cut > 0 && (
            <p className="nothing">{`The oldest ${timeline.cut} are let go here; the service keeps them.`}</p>
          )}
          {rows.length === 0 && !failure && <Nothing isWhole={timeline?.whole === true} wanted={filter} />}
          <ol>
            {rows.map((row, at) => (
              <DayThenRow key={row.key} row={row} before={rows[at - 1]?.events[0]?.at} />
            ))}
          </ol>
        </div>
      </div>
      {!isFollowing && (
        <button type="button" className="to-live" aria-keyshortcuts="l" onClick={follow}>
          Back to live <kbd>l</kbd>
        </button>
      )}
    </section>
  );
}

const eventsOf = (n: number): string => `${n} ${n === 1 ? "event" : "events"}`;

function DayThenRow({ row, before }: { row: ReturnType<typeof fold>[number]; before: number | undefined }) {
  const today = day(row.events[0]!.at);
  return (
    <>
      {before !== undefined && day(before) === today ? null : <li className="day">{today}</li>}
      <EventRow row={row} />
    </>
  );
}

function Nothing({ isWhole, wanted }: { isWhole: boolean; wanted: string }) {
  if (wanted !== "") return <p className="nothing">Nothing here matches “{wanted}”.</p>;
  if (!isWhole) return <p className="waiting">Reading the timeline…</p>;
  return (
    <p className="nothing">
      Nothing has been observed yet. When the machine asks the network, or somebody acts on it, it stands
      here.
    </p>
  );
}
