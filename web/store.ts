import { createContext, useContext, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { Failure } from "../src/api/table.ts";
import type { WorldStream } from "./ask/world-stream.ts";
import type { World } from "./core/world.ts";

export const WorldContext = createContext<WorldStream | undefined>(undefined);

export function useWorldStream(): WorldStream {
  const stream = useContext(WorldContext);
  if (stream === undefined) throw new Error("no world around this component");
  return stream;
}

export function useWorld(): World {
  const { listen, now } = useWorldStream();
  return useSyncExternalStore(listen, now);
}

/** Follows one machine's timeline while mounted; gives the failure of reading it, if any. */
export function useTimeline(machine: string): Failure | undefined {
  const { open } = useWorldStream();
  const [failure, setFailure] = useState<Failure>();
  useEffect(() => {
    setFailure(undefined);
    return open(machine, setFailure);
  }, [open, machine]);
  return failure;
}

/** The time, for words such as "for 4 min". */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** A word kept in this browser, such as the name that others see beside the keyboard. */
export function useKept(key: string, start: string): [string, (value: string) => void] {
  const [value, setValue] = useState(() => localStorage.getItem(key) ?? start);
  return [
    value,
    (next) => {
      localStorage.setItem(key, next);
      setValue(next);
    },
  ];
}

/** A value that callbacks made once can read at its latest. */
export function useLatest<T>(value: T): { readonly current: T } {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  return latest;
}
