import fc from "fast-check";
import { expect, test } from "vitest";
import { join } from "../../base/bytes.ts";
import { fromLatin1 } from "../../base/text.ts";
import { CPIO_BEGIN, type CpioEntry, stepCpio } from "./cpio.ts";

const padded = (bytes: Uint8Array) => join([bytes, new Uint8Array(-bytes.length & 3)]);
function entry(name: string, contents: Uint8Array): Uint8Array {
  const fields = [1, 0o100644, 0, 0, 1, 0, contents.length, 0, 0, 0, 0, name.length + 1, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}${name}\0`;
  return join([padded(fromLatin1(header)), padded(contents)]);
}
const archive = (files: readonly [string, Uint8Array][]) =>
  join([
    ...files.map(([name, contents]) => entry(name, contents)),
    entry("TRAILER!!!", new Uint8Array(0)),
    new Uint8Array(99),
  ]);

function readIn(bytes: Uint8Array, pieceBytes: number): { entries: CpioEntry[]; isDone: boolean } {
  const entries: CpioEntry[] = [];
  let state = CPIO_BEGIN;
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const read = stepCpio(state, bytes.subarray(at, at + pieceBytes));
    if (!read.ok) throw new Error(read.flaw);
    state = read.value.state;
    entries.push(...read.value.entries);
    expect(state.kept.length).toBeLessThan(110 + 4096 + pieceBytes);
  }
  return { entries, isDone: state.isDone };
}

test("the same entries come out, whatever pieces the archive comes in", () => {
  const name = fc.stringMatching(/^[a-z/]{1,20}$/);
  const files = fc.array(fc.tuple(name, fc.uint8Array({ maxLength: 300 })), { maxLength: 6 });
  fc.assert(
    fc.property(files, fc.integer({ min: 1, max: 400 }), (all, pieceBytes) => {
      const { entries, isDone } = readIn(archive(all), pieceBytes);

      expect(entries).toEqual(all.map(([name, { length }]) => ({ name, mode: 0o100644, bytes: length })));
      expect(isDone).toBe(true);
    }),
  );
});

test("an archive that was cut off never reports its end", () => {
  const whole = archive([["a", new Uint8Array(100)]]);

  expect(readIn(whole.subarray(0, 150), 64).isDone).toBe(false);
});

test("bytes that are no header are a flaw", () => {
  expect(stepCpio(CPIO_BEGIN, new Uint8Array(200)).ok).toBe(false);
});
