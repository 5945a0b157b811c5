import { expect, test } from "vitest";
import { lineOf, readJournal } from "./journal-lines.ts";

const STORY = { id: 1, kind: "install", lane: "web1", subject: { image: "debian-12" }, by: "ann" };
const ENTRY = { seq: 1, at: 5, act: "arm", outcome: { is: "fine", value: null } } as const;
const FIRST = lineOf({ story: STORY });

test("what was written is read", () => {
  const text = FIRST + lineOf({ entry: ENTRY }) + lineOf({ end: { how: "done", says: "all is done" } });

  expect(readJournal(text)).toEqual({
    story: STORY,
    journal: [ENTRY],
    cancelled: false,
    end: { how: "done", says: "all is done" },
    whole: text.length,
  });
});

test("a line that was cut off at any place was never told", () => {
  const last = lineOf({ entry: ENTRY });

  for (let cut = 0; cut < last.length; cut += 1) {
    expect(readJournal(FIRST + last.slice(0, cut))).toMatchObject({ journal: [], whole: FIRST.length });
  }
});

test.each([
  ["", { flaw: "it has no first line", line: 1 }],
  [`${FIRST}{"entry":`, null],
  [`${FIRST}{"entry":\n`, { flaw: "it is no line of a journal", line: 2 }],
  [FIRST + FIRST, { flaw: "it is no line of a journal", line: 2 }],
  [FIRST + lineOf({ entry: { ...ENTRY, seq: 2 } }), { flaw: "entry 2 stands where 1 belongs", line: 2 }],
  ["[]\n", { flaw: "it is no line of a journal", line: 1 }],
])("%j names its line", (text, flaw) => {
  if (flaw === null) expect(readJournal(text)).toMatchObject({ journal: [] });
  else expect(readJournal(text)).toEqual(flaw);
});
