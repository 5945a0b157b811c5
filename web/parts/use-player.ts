import { useCallback, useEffect, useRef, useState } from "react";
import type { RecordedEvents } from "../../src/api/recordings.ts";
import type { Failure } from "../../src/api/table.ts";
import { call } from "../ask/call.ts";
import { advanced } from "../core/player.ts";
import { useLatest } from "../store.ts";
import type { Screen } from "./screen.ts";

export type Player = {
  readonly ms: number; // where it is
  readonly isPlaying: boolean;
  readonly failure: Failure | undefined;
  readonly seek: (ms: number) => void;
  readonly play: (isPlaying: boolean) => void;
};
type Of = { readonly machine: string; readonly file: string | undefined; readonly fromMs: number };
type Pace = { readonly speed: number; readonly cutsIdle: boolean };
type Feed = { events: RecordedEvents["events"]; next: number | null; isAsking: boolean };

const TICK_MS = 50;

/** Draws a recording on a screen as time goes on in it, or at once where somebody goes to. */
export function usePlayer({ machine, file, fromMs }: Of, screen: Screen | undefined, pace: Pace): Player {
  const [ms, setMs] = useState(fromMs);
  const [isPlaying, play] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const feed = useRef<Feed>({ events: [], next: null, isAsking: false });
  const latest = useLatest(ms);
  const latestPace = useLatest(pace);

  const read = useCallback(
    async (from: number, isSeek: boolean) => {
      if (screen === undefined || file === undefined) return;
      const mine: Feed = { events: isSeek ? [] : feed.current.events, next: null, isAsking: true };
      feed.current = mine;
      const asked = { name: machine, file, from, ...(isSeek && { screen: "yes" as const }) };
      const outcome = await call("readRecording", asked);
      if (feed.current !== mine) return; // somebody went elsewhere meanwhile
      setFailure(outcome.ok ? undefined : outcome.failure);
      if (!outcome.ok) return play(false);
      const { events, next, columns, rows, screen: drawn } = outcome.value;
      if (isSeek) screen.redraw(drawn ?? "", columns, rows, () => {});
      feed.current = { events: [...mine.events, ...events], next, isAsking: false };
    },
    [screen, machine, file],
  );
  const seek = useCallback(
    (to: number) => {
      setMs(to);
      void read(to, true);
    },
    [read],
  );
  useEffect(() => {
    play(false);
    seek(fromMs);
  }, [seek, fromMs]);

  useEffect(() => {
    if (!isPlaying || screen === undefined) return;
    let before = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      const tookMs = now - before;
      before = now;
      const { events, next, isAsking } = feed.current;
      if (isAsking) return;
      if (events.length === 0) {
        if (next === null) return play(false);
        return void read(next, false);
      }
      const at = advanced(latest.current, { ...latestPace.current, tookMs, nextMs: events[0]!.ms });
      const count = events.findIndex((event) => event.ms > at);
      const due = events.splice(0, count < 0 ? events.length : count);
      for (const event of due) draw(screen, event);
      setMs(at);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [isPlaying, screen, read, latest, latestPace]);
  return { ms, isPlaying, failure, seek, play };
}

function draw(screen: Screen, { code, text }: RecordedEvents["events"][number]): void {
  if (code === "o") screen.write(new TextEncoder().encode(text));
  const [, columns, rows] = (code === "r" && /^(\d{1,3})x(\d{1,3})$/.exec(text)) || [];
  if (columns !== undefined) screen.resize(Number(columns), Number(rows));
}
