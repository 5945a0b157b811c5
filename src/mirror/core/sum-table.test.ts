import fc from "fast-check";
import { expect, test } from "vitest";
import { hex } from "../../base/text.ts";
import { sumTable } from "./sum-table.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

test("every hash is found by its name, and no other name has one, however many there are", () => {
  const name = bytes(8).filter((one) => one.some((byte) => byte !== 0));

  fc.assert(
    fc.property(fc.array(fc.tuple(name, bytes(32)), { maxLength: 3000 }), name, (rows, other) => {
      const table = sumTable();
      const known = new Map<string, Uint8Array>();
      for (const [one, sum] of rows) {
        table.put(one, sum);
        known.set(hex(one), sum);
      }
      for (const [one] of rows) expect(table.get(one)).toEqual(known.get(hex(one)));
      expect(table.get(other)).toEqual(known.get(hex(other)));
    }),
    { numRuns: 20 },
  );
});
