import { expect, test } from "vitest";
import { id } from "../testing/lines.ts";
import { readStage } from "./stage.ts";

const asked = { old: id(0), oldTree: id(9_000_000), newest: id(60_000), onLine: false };

test("60,000 commits with merges are read in one go, each parent by its place", () => {
  const lines = Array.from({ length: 60_000 }, (_, at) => {
    const parents = [id(at), ...(at % 4 === 3 ? [id(at - 2)] : [])];
    return [id(at + 1), id(5_000_000 + at), ...parents].join(" ");
  });

  const read = readStage(`${lines.join("\n")}\n`, asked);

  expect(read.ok && read.value.ids.length).toBe(60_000);
  expect(read.ok && read.value.parents.slice(0, 4)).toEqual([[], [0], [1], [2, 0]]);
});

test("what is no commit is a flaw", () => {
  expect(readStage("warning: something\n", asked)).toMatchObject({ ok: false });
});
