import { expect, test } from "vitest";
import { PASTING, readPasted } from "./pasted.ts";

function pieces(...chunks: string[]): string[] {
  let pasting = PASTING;
  return chunks.flatMap((chunk) => {
    const read = readPasted(pasting, Buffer.from(chunk, "latin1"));
    pasting = read.pasting;
    return read.pieces.map(({ is, bytes }) => `${is} ${Buffer.from(bytes).toString("latin1")}`);
  });
}

test.each([
  [["ls", "\r"], ["typed ls", "typed \r"], "typing"],
  [["\x1b[A"], ["typed \x1b[A"], "an arrow key"],
  [["\x1b"], ["typed \x1b"], "escape alone, at once"],
  [["\x1b[200~one\rtwo\x1b[201~"], ["pasted one\rtwo"], "a paste in brackets"],
  [["\x1b[200~one\r", "two", "\x1b[201~x"], ["pasted one\rtwo", "typed x"], "a paste in pieces"],
  [["apt update\rreboot\r"], ["pasted apt update\rreboot\r"], "a paste without brackets"],
  [["\r~."], ["typed \r~."], "keys that came together"],
  [["\xff\xfe"], ["typed \xff\xfe"], "bytes of any kind"],
])("%j is %j: %s", (chunks, expected) => {
  expect(pieces(...chunks)).toEqual(expected);
});

test("brackets that never close do not hold the keyboard for ever", () => {
  expect(pieces("\x1b[200~", "x".repeat(1024 * 1024 + 1)).length).toBe(1);
});
