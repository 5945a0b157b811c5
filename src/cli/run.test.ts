import { expect, test } from "vitest";
import { Fault } from "../base/fault.ts";
import { complaint, VERBS } from "./run.ts";
import { columns } from "./table.ts";

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
