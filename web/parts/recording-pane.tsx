import { useRef, useState } from "react";
import { gapsIn, markFrom } from "../../src/api/gaps.ts";
import type { Recording, RecordingIndex } from "../../src/api/recordings.ts";
import { printable } from "../../src/base/text.ts";
import { dayAndClock } from "../core/moment.ts";
import { into, recordingAt, SPEEDS } from "../core/player.ts";
import { CommandLine } from "./command-line.tsx";
import { Failed } from "./failed.tsx";
import { FoundLines } from "./found-lines.tsx";
import { useAsked } from "./use-asked.ts";
import { type Player, usePlayer } from "./use-player.ts";
import { useFit, useScreen } from "./use-screen.ts";

type Props = {
  readonly machine: string;
  readonly at: number | undefined; // the moment of the chosen event
  readonly file: string; // "newest", or its name; "": that in which the moment is
  readonly choose: (file: string) => void;
  readonly live: () => void;
};
const NOBODY = { typed: () => {}, answered: () => {}, manyLines: () => {}, left: () => {} };

/** The console as it was: a recording with its marks and gaps, played, halted, gone through and searched. */
export function RecordingPane({ machine, at, file, choose, live }: Props) {
  const { outcome, ask } = useAsked("listRecordings", { name: machine });
  const all = outcome?.ok ? outcome.value.recordings : [];
  const named = all.find((one) => one.file === file);
  const recording = named ?? (at === undefined ? all[0] : recordingAt(all, at));
  return (
    <section className="console recording" aria-label={`Recordings of ${machine}`}>
      <div className="bar">
        <h2>Recording</h2>
        <select
          aria-label="Which recording"
          value={recording?.file ?? ""}
          onChange={(event) => choose(event.target.value)}
        >
          {all.map((one) => (
            <option key={one.file} value={one.file}>
              {dayAndClock(one.startedAt)}
            </option>
          ))}
        </select>
        <button type="button" aria-keyshortcuts="l" onClick={live}>
          Live console <kbd>l</kbd>
        </button>
      </div>
      {outcome?.ok === false && <Failed failure={outcome.failure} ask={ask} />}
      {outcome?.ok && all.length === 0 && <p className="nothing">Nothing has been recorded of it yet.</p>}
      {recording !== undefined && <Played key={recording.file} machine={machine} of={recording} at={at} />}
    </section>
  );
}

function Played({ machine, of, at }: { machine: string; of: Recording; at: number | undefined }) {
  const box = useRef<HTMLDivElement>(null);
  const screen = useScreen(box, NOBODY);
  const [speed, setSpeed] = useState(1);
  const [cutsIdle, setCutsIdle] = useState(true);
  const { outcome } = useAsked("recordingIndex", { name: machine, file: of.file });
  const index = outcome?.ok ? outcome.value : undefined;
  const fromMs = Math.max(0, (at ?? of.startedAt) - of.startedAt);
  const player = usePlayer({ machine, file: of.file, fromMs }, screen, { speed, cutsIdle });
  useFit(screen, box, false);
  return (
    <>
      <div className="glass">
        <div className="screen" ref={box} />
        {screen === undefined && <p className="waiting">Loading the terminal…</p>}
      </div>
      {index !== undefined && <TimeIndex index={index} player={player} />}
      <div className="player">
        <button type="button" onClick={() => player.play(!player.isPlaying)}>
          {player.isPlaying ? "Halt" : "Play"}
        </button>
        <Marks index={index} player={player} />
        <label>
          Speed{" "}
          <select value={speed} onChange={(event) => setSpeed(Number(event.target.value))}>
            {SPEEDS.map((one) => (
              <option key={one} value={one}>
                {one}×
              </option>
            ))}
          </select>
        </label>
        <label>
          <input type="checkbox" checked={cutsIdle} onChange={(event) => setCutsIdle(event.target.checked)} />{" "}
          Cut silences
        </label>
        <span className="dim" role="status">
          {dayAndClock(of.startedAt + Math.round(player.ms))}
        </span>
      </div>
      {player.failure && <Failed failure={player.failure} ask={() => player.seek(player.ms)} />}
      {index !== undefined && (
        <FoundLines
          machine={machine}
          since={of.startedAt}
          until={of.startedAt + index.lengthMs}
          go={(moment) => player.seek(Math.max(0, moment - of.startedAt))}
        />
      )}
      <CommandLine
        line={`rackhand console play ${machine} ${of.file} --from ${Math.floor(player.ms / 1000)}s`}
      />
    </>
  );
}

/** All of it from left to right, with the marks of the timeline and what is missing. */
function TimeIndex({ index, player }: { index: RecordingIndex; player: Player }) {
  const { lengthMs, marks } = index;
  const whole = Math.max(1, lengthMs);
  const part = (ms: number) => `${(100 * Math.min(ms, whole)) / whole}%`;
  const gaps = gapsIn(index);
  return (
    <div className="time-index">
      <input
        type="range"
        aria-label="Moment in the recording"
        aria-valuetext={`${into(player.ms)} of ${into(lengthMs)}`}
        min={0}
        max={whole}
        step={1}
        value={Math.min(player.ms, whole)}
        onChange={(event) => player.seek(Number(event.target.value))}
      />
      <div className="ticks" aria-hidden="true">
        {marks.map((mark, i) => (
          <i key={i} style={{ left: part(mark.ms) }} title={`${into(mark.ms)} ${printable(mark.says)}`} />
        ))}
        {gaps.map(({ fromMs, toMs, says }, i) => (
          <b key={i} style={{ left: part(fromMs), width: part(toMs - fromMs) }} title={printable(says)} />
        ))}
      </div>
      <span className="dim">
        {into(player.ms)} of {into(lengthMs)}
        {gaps.length > 0 && `; ${gaps.length} ${gaps.length === 1 ? "gap" : "gaps"}`}
      </span>
      <GapHere gap={gaps.find(({ fromMs, toMs }) => player.ms >= fromMs && player.ms <= toMs)} />
    </div>
  );
}

function GapHere({ gap }: { gap: { says: string } | undefined }) {
  return gap === undefined ? null : <p className="gap-here">Not recorded here. {printable(gap.says)}</p>;
}

/** To the next and the previous of the timeline's marks; the one that was reached last stands between. */
function Marks({ index, player }: { index: RecordingIndex | undefined; player: Player }) {
  const marks = index?.marks ?? [];
  const [next, previous] = [markFrom(marks, player.ms, 1), markFrom(marks, player.ms, -1)];
  return (
    <>
      <button type="button" disabled={previous === undefined} onClick={() => player.seek(previous?.ms ?? 0)}>
        Previous mark
      </button>
      <button type="button" disabled={next === undefined} onClick={() => player.seek(next?.ms ?? 0)}>
        Next mark
      </button>
    </>
  );
}
