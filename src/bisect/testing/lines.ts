import type { Line } from "../core/journal.ts";
import type { Settings } from "../core/settings.ts";

export const id = (number: number): string => number.toString(16).padStart(40, "0");

export const SETTINGS: Settings = {
  name: "kernel",
  repo: "/srv/linux",
  asked: { old: "v4.11", new: "v4.13-rc1" },
  terms: { old: "broken", new: "fixed" },
  paths: [],
  walk: "whole",
  oracle: { is: "person", answers: "number" },
  hosts: [],
  withinMs: 60_000,
  error: 0.01,
};

/** A line of `size` commits, commit n is id(n + 1), the old end is id(0). */
export const begun = (size: number, settings: Partial<Settings> = {}): Line => ({
  ...{ is: "begun", format: 1, at: 0, by: "ada" },
  settings: { ...SETTINGS, ...settings },
  stage: {
    ids: Array.from({ length: size }, (_, at) => id(at + 1)),
    parents: Array.from({ length: size }, (_, at) => (at === 0 ? [] : [at - 1])),
    ...{ empty: [], merges: [], old: id(0) },
  },
});

let runs = 0;
export const reading = (
  commit: number,
  value: number,
  more: { run?: string; tookMs?: number } = {},
): Line => {
  runs += 1;
  const run = more.run ?? `r${runs}`;
  return {
    ...{ is: "reading", at: runs, by: "ada", build: "1", machine: "here" },
    ...{ run, commit: id(commit), value, tookMs: more.tookMs ?? 1000 },
  };
};
