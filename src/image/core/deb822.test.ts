import { expect, test } from "vitest";
import { readStanzas } from "./deb822.ts";

const plain = (text: string) => readStanzas(text).map((stanza) => Object.fromEntries(stanza));

test("stanzas are parted by empty lines, and values go on where a line is indented", () => {
  expect(plain("A: 1\nB:\n two\n .\n three\n\n \nC: 4 \n")).toEqual([
    { a: "1", b: "\n two\n .\n three" },
    { c: "4" },
  ]);
});

test("comments and lines that are no field are passed over", () => {
  expect(plain("# A: 1\nB: 2\nnonsense\n# more\n C\n\n\n")).toEqual([{ b: "2\n C" }]);
  expect(plain("")).toEqual([]);
});
