import fc from "fast-check";
import { expect, test } from "vitest";
import { ESCAPES, type Escapes, readTyped } from "./escapes.ts";

function typed(...pieces: string[]) {
  let escapes: Escapes = ESCAPES;
  let sent = "";
  const acts: string[] = [];
  for (const piece of pieces) {
    const read = readTyped(escapes, Buffer.from(piece, "latin1"));
    escapes = read.escapes;
    sent += Buffer.from(read.send).toString("latin1");
    acts.push(...read.acts);
  }
  return { sent, acts };
}

test.each([
  ["~.", { sent: "", acts: ["quit"] }],
  ["~?", { sent: "", acts: ["help"] }],
  ["ls\r~t", { sent: "ls\r", acts: ["take"] }],
  ["~~.", { sent: "~.", acts: [] }],
  ["~x", { sent: "~x", acts: [] }],
  ["cd ~.ssh\r", { sent: "cd ~.ssh\r", acts: [] }],
  ["\n~B~.", { sent: "\n", acts: ["break", "quit"] }],
])("typed %j", (text, result) => {
  expect(typed(text)).toEqual(result);
});

test("it does not matter how the keys are cut into pieces", () => {
  const keys = fc.stringMatching(/^[~.?tlB\r\nab]{0,30}$/);

  fc.assert(
    fc.property(keys, (text) => {
      expect(typed(...text)).toEqual(typed(text));
    }),
  );
});

test("bytes without a tilde reach the machine as they are", () => {
  const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i).filter((byte) => byte !== 0x7e));

  expect(Buffer.from(readTyped(ESCAPES, all).send)).toEqual(all);
});
