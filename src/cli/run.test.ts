import { expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import { complaint, run, VERBS } from "./run.ts";
import { columns } from "./table.ts";
import type { World } from "./world.ts";

const SHOWN = VERBS.filter(({ hidden }) => hidden === undefined);

test("no two verbs are typed alike", () => {
  const words = VERBS.map((verb) => verb.words);

  expect(new Set(words).size).toBe(words.length);
});

test.each(SHOWN.map((verb) => [verb.words, verb] as const))(
  "`rackhand %s` has a sentence and an example of itself",
  (words, verb) => {
    expect(verb.says.length).toBeGreaterThan(10);
    expect(verb.example).toContain(`rackhand ${words}`);
  },
);

test("a complaint says what happened, what to do, and the id that docs/faults.md has it under", () => {
  expect(complaint(new Fault("machine.unknown", { name: "web1" }))).toEqual([
    'There is no machine called "web1".',
    "`rackhand machine list` shows those there are.  [machine.unknown]",
  ]);
});

test("a verb that ctrl-C ended says so; one that failed meanwhile says why", async () => {
  const stopped = AbortSignal.abort();
  const saidOf = async (error: unknown) => {
    const said: string[] = [];
    const api = { ask: () => Promise.reject(error) };
    const world = { stopped, api, width: 80, err: (line: string) => said.push(line) } as unknown as World;
    expect(await run(["machine", "list"], "1", world)).toBe(2);
    return said[0];
  };

  expect(await saidOf(stopped.reason)).toBe("Stopped: what was finished before is kept.");
  expect(await saidOf(new Error("no room"))).toBe("Rackhand itself failed: no room");
});

test("columns align, and a line is cut where the terminal ends", () => {
  const lines = columns(
    ["NAME", "STATE"],
    [
      ["m1", "installer"],
      ["web-long", "up, and has much to say about it"],
    ],
    30,
  );

  expect(lines).toEqual(["NAME      STATE", "m1        installer", "web-long  up, and has much to…"]);
});
