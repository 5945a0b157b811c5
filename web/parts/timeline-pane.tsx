import { useEffect, useMemo, useState } from "react";
import { addressed, query } from "../../src/api/path.ts";
import type { TimelineEvent } from "../../src/api/shapes.ts";
import { type Fold, fold, isAbout, roomOf } from "../core/fold.ts";
import { day } from "../core/moment.ts";
import { MOST_EVENTS } from "../core/timeline.ts";
import { useParam } from "../router.tsx";
import { useTimeline, useWorld, useWorldStream } from "../store.ts";
import { EventRow } from "./event-row.tsx";
import type { ChosenEvent } from "./use-chosen-event.ts";
import { useFollowing } from "./use-following.ts";
import { focusOn, moveFocus, useKeys } from "./use-keys.ts";

const ROWS = ".event > button";
type Props = { machine: string; chosen: ChosenEvent };

/** What was observed about the machine, newest at the bottom; it follows unless somebody has scrolled up. */
export function TimelinePane({ machine, chosen }: Props) {
  const failure = useTimeline(machine);
  const { timeline } = useWorld();
  const { older } = useWorldStream();
  const [wanted, setWanted] = useState("");
  const [room, setRoom] = useParam("kind");
  const events = timeline?.events ?? [];
  const found = useMemo(
    () => events.filter((event) => (room === "" || roomOf(event) === room) && isAbout(event, wanted)),
    [events, room, wanted],
  );
  const rows = useMemo(() => fold(found), [found]);
  const { scroller, list, isFollowing, follow, leave } = useFollowing(() => void older());
  const live = () => {
    chosen.select(undefined);
    follow();
  };
  useKeys({
    filter: () => focusOn("#timeline-filter"),
    next: () => moveFocus(ROWS, 1),
    previous: () => moveFocus(ROWS, -1),
    live,
  });
  useSelected(chosen.selected, events, leave);
  const isFiltered = wanted !== "" || room !== "";
  return (
    <section className="timeline" aria-label="Timeline">
      <div className="bar">
        <h2>Timeline</h2>
        <input
          id="timeline-filter"
          type="search"
          placeholder="Search"
          aria-label="Search the timeline"
          aria-keyshortcuts="/"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
        />
        <Kinds events={events} room={room} choose={setRoom} />
        <span className="dim" role="status">
          {isFiltered ? `${found.length} of ${eventsOf(events.length)}` : eventsOf(events.length)}
        </span>
        <a
          className="as-button"
          download
          href={linesOf(machine, room, wanted)}
          title={`What is searched, as JSON lines; rackhand machine timeline ${machine} --json`}
        >
          Download
        </a>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="scroller" ref={scroller} tabIndex={0} aria-label="Events">
        <div ref={list}>
          {failure && <p className="nothing">{`${failure.says} ${failure.remedy}`}</p>}
          {timeline !== undefined && events.length > 0 && (
            <Oldest
              begins={timeline.begins}
              count={events.length}
              isFiltered={isFiltered}
              older={() => void older(isFiltered ? 1 : undefined)}
            />
          )}
          {rows.length === 0 && !failure && (
            <Nothing isWhole={timeline?.whole === true} wanted={`${room} ${wanted}`.trim()} />
          )}
          <ol>
            {rows.map((row, at) => (
              <DayThenRow key={row.key} row={row} before={rows[at - 1]?.events[0]?.at} chosen={chosen} />
            ))}
          </ol>
        </div>
      </section>
      {!isFollowing && (
        <button type="button" className="to-live" aria-keyshortcuts="l" onClick={live}>
          Back to live <kbd>l</kbd>
        </button>
      )}
    </section>
  );
}

function linesOf(machine: string, kind: string, text: string): string {
  const { path, rest } = addressed("timelineLines", {
    name: machine,
    ...(kind !== "" && { kind }),
    ...(text !== "" && { text }),
  });
  return path + query(rest);
}

const eventsOf = (n: number): string => `${n} ${n === 1 ? "event" : "events"}`;

/** Goes back to the event that the address names, however old, and shows it. */
function useSelected(selected: number | undefined, events: readonly TimelineEvent[], leave: () => void) {
  const { older } = useWorldStream();
  const isHere = events.some(({ id }) => id === selected);
  const isRead = events.length > 0;
  useEffect(() => {
    if (selected === undefined || !isRead) return;
    if (!isHere) return void older(selected);
    const row = document.querySelector(`[data-event="${selected}"]`);
    if (row === null) return;
    leave();
    row.scrollIntoView({ block: "nearest" });
  }, [selected, isHere, isRead, older, leave]);
}

function Kinds(props: { events: readonly TimelineEvent[]; room: string; choose: (room: string) => void }) {
  const rooms = useMemo(
    () => [...new Set([...props.events.map(roomOf), ...(props.room ? [props.room] : [])])].sort(),
    [props.events, props.room],
  );
  return (
    <select
      aria-label="Kind of event"
      value={props.room}
      onChange={(event) => props.choose(event.target.value)}
    >
      <option value="">All kinds</option>
      {rooms.map((room) => (
        <option key={room}>{room}</option>
      ))}
    </select>
  );
}

function Oldest(props: { begins: boolean; count: number; isFiltered: boolean; older: () => void }) {
  const { begins, count, isFiltered, older } = props;
  if (!begins)
    return (
      <button type="button" className="quiet older" onClick={older}>
        {isFiltered ? "Search older events too" : "Show older events"}
      </button>
    );
  if (count < MOST_EVENTS) return <p className="nothing">The timeline begins here.</p>;
  return <p className="nothing">The newest {MOST_EVENTS} are held here; “Download” has all.</p>;
}

function DayThenRow({ row, before, chosen }: { row: Fold; before: number | undefined; chosen: ChosenEvent }) {
  const today = day(row.events[0]!.at);
  return (
    <>
      {before !== undefined && day(before) === today ? null : <li className="day">{today}</li>}
      <EventRow row={row} chosen={chosen} />
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
