import fc from "fast-check";
import { expect, test } from "vitest";
import { Pile } from "./pile.ts";

test("what was put is taken in its order, as often as one likes, and stays what it was", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.oneof(fc.string({ unit: "grapheme" }), fc.uint8Array({ maxLength: 3000 })))),
      (rounds) => {
        const pile = new Pile();
        const taken = rounds.map((parts) => {
          for (const part of parts) typeof part === "string" ? pile.putText(part) : pile.put(part);
          return pile.take();
        });

        const wanted = rounds.map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part))));
        expect(taken.map((bytes) => Buffer.from(bytes))).toEqual(wanted);
        expect(pile.length).toBe(0);
      },
    ),
  );
});
