import { expect, test } from "vitest";
import { begun, reading } from "../testing/lines.ts";
import { lineOf, readJournal } from "./journal.ts";

const text = (...lines: Parameters<typeof lineOf>[0][]) => lines.map(lineOf).join("");

test("what was written is read again, in its order", () => {
  const lines = [begun(3), reading(1, 10.25), reading(3, 12)];

  expect(readJournal(text(...lines))).toMatchObject({ ok: true, value: { lines } });
});

test("a reading that was handed in twice counts once", () => {
  const again = reading(2, 5, { run: "same" });

  const read = readJournal(text(begun(3), again, again));

  expect(read.ok && read.value.lines.length).toBe(2);
});

test("wherever the last line was torn, the lines before it stand", () => {
  const before = text(begun(3), reading(1, 10));
  const last = text(reading(2, 5));

  for (let cut = 0; cut < last.length - 1; cut += 1) {
    const read = readJournal(before + last.slice(0, cut));
    expect(read).toMatchObject({ ok: true, value: { whole: before.length } });
  }
});

test.each([
  ["{}\n", "no line of a bisection"],
  [
    '{"is":"reading","at":1,"by":"a","run":"r","commit":"c","build":"1","machine":"m","value":null,"tookMs":1}\n',
    "no line",
  ],
  ["not json\n", "no line"],
  [text(begun(3)), "begins once"],
])("a flawed line is named by its number: %j", (wrong, flaw) => {
  const read = readJournal(text(begun(3), reading(1, 1)) + wrong + text(reading(2, 1)));

  expect(read).toMatchObject({ ok: false, at: 3 });
  expect(!read.ok && read.flaw).toContain(flaw);
});
