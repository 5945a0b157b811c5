import { expect, test } from "vitest";
import { type Holder, nextStep } from "./next-step.ts";

const held = (is: Holder["is"], pid: number | null = 9, file: Holder["file"] = "postmaster.pid"): Holder => ({
  file,
  pid,
  is,
});

const SITUATIONS: [string, Parameters<typeof nextStep>[0], ReturnType<typeof nextStep>][] = [
  ["an untouched directory is started", { locks: [], living: [] }, { do: "start" }],
  ["a living server is adopted", { locks: [held("server")], living: [9, 10] }, { do: "adopt", pid: 9 }],
  [
    "orphans are ended before their lock is looked at",
    { locks: [held("zombie")], living: [10] },
    { do: "end", pids: [10] },
  ],
  ["orphans without any lock are ended", { locks: [], living: [10] }, { do: "end", pids: [10] }],
  ["a lock of a zombie is cleared", { locks: [held("zombie")], living: [] }, { do: "clear" }],
  ["a lock of another program is cleared", { locks: [held("stranger")], living: [] }, { do: "clear" }],
  ["a lock that names nobody is cleared", { locks: [held("gone", null)], living: [] }, { do: "clear" }],
  [
    "a lock of a process long gone is PostgreSQL's own to judge",
    { locks: [held("gone")], living: [] },
    { do: "start" },
  ],
  [
    "a socket lock held by a stranger is cleared though postmaster.pid is not there",
    { locks: [held("stranger", 9, "socket lock")], living: [] },
    { do: "clear" },
  ],
];
for (const [promise, seen, step] of SITUATIONS) {
  test(promise, () => {
    expect(nextStep(seen)).toEqual(step);
  });
}
