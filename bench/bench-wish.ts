import type { Place } from "../src/main/place.ts";

/** What every benchmark is told. */
export type BenchWish = {
  readonly rounds: number;
  readonly isAsked: (row: string) => boolean; // by `--only`
  readonly apart: boolean; // of what has a client: a core for each end
  readonly place: Place; // with the built program
  readonly log: (line: string) => void;
  readonly stopped: AbortSignal;
};
