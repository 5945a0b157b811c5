import fc from "fast-check";
import { expect, test } from "vitest";
import { type Keyboard, NOBODY, press } from "./keyboard.ts";

const ann = { viewer: "1", who: "ann" };
const bob = { viewer: "2", who: "bob" };
const annWrites: Keyboard = { writer: ann };

test("who types first has the keyboard", () => {
  expect(press(NOBODY, { do: "type", by: ann })).toEqual({ keyboard: annWrites, changed: true, may: true });
});

test("the second one's typing does not reach the machine", () => {
  expect(press(annWrites, { do: "type", by: bob })).toEqual({
    keyboard: annWrites,
    changed: false,
    may: false,
  });
});

test("taking over is explicit and names who lost it", () => {
  expect(press(annWrites, { do: "take", by: bob })).toMatchObject({
    keyboard: { writer: bob },
    changed: true,
    from: ann,
  });
});

test("a writer who goes or leaves frees the keyboard; another's going does not", () => {
  expect(press(annWrites, { do: "gone", by: ann }).keyboard).toEqual(NOBODY);
  expect(press(annWrites, { do: "leave", by: ann }).keyboard).toEqual(NOBODY);
  expect(press(annWrites, { do: "gone", by: bob }).keyboard).toEqual(annWrites);
});

test("bytes go through from nobody but the writer, whatever happened before", () => {
  const act = fc.constantFrom("type", "take", "leave", "gone" as const);
  const by = fc.constantFrom(ann, bob, { viewer: "3", who: "eve" });

  fc.assert(
    fc.property(fc.array(fc.record({ do: act, by })), (keys) => {
      const end = keys.reduce<Keyboard>((now, key) => press(now, key as never).keyboard, NOBODY);
      for (const viewer of [ann, bob]) {
        const turn = press(end, { do: "type", by: viewer });
        expect(turn.may).toBe(turn.keyboard.writer?.viewer === viewer.viewer);
      }
    }),
  );
});
