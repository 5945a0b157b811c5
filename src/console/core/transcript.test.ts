import { expect, test } from "vitest";
import { Transcript } from "./transcript.ts";

const textOf = (...texts: string[]) => {
  const transcript = new Transcript(0);
  const lines = texts.flatMap((text, ms) => transcript.read({ ms, code: "o", text }));
  return [...lines, ...transcript.end()].map(({ text }) => text);
};

test.each([
  ["colours and line ends", "\x1b[32mok\x1b[0m\r\nnext\r\n", ["ok", "next"]],
  ["what was written over", "10%\r100%\r\n", ["100%"]],
  ["a title", "\x1b]0;evil\x07shown\r\n", ["shown"]],
  ["a clipboard with its long terminator", "\x1b]52;c;ZXZpbA==\x1b\\shown\r\n", ["shown"]],
  ["a string that another escape ends", "\x1bPq#0\x18shown\r\n", ["shown"]],
  ["a move to another place", "one\x1b[5;1Htwo", ["one", "two"]],
  ["line drawing sets", "\x1b(0\x1b(Btext", ["text"]],
  ["8-bit controls", "a\x9b31mb", ["a31mb"]],
])("%s: what is left is text", (_, text, lines) => {
  expect(textOf(text)).toEqual(lines);
  expect(textOf(...text)).toEqual(lines); // however it was cut
});
