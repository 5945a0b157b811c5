import fc from "fast-check";
import { expect, test } from "vitest";
import { windowOf } from "./window.ts";

test("every row in sight is drawn, and never more than fit twice and some", () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.nat(200_000), fc.integer({ min: 1, max: 2000 }), (rows, topPx, sightPx) => {
      const rowPx = 32;
      const { from, to } = windowOf({ rows, rowPx, topPx, sightPx });

      expect(from).toBeLessThanOrEqual(Math.max(0, Math.min(Math.floor(topPx / rowPx), rows - 1)));
      expect(to).toBeGreaterThanOrEqual(Math.min(rows, Math.ceil((topPx + sightPx) / rowPx)));
      expect(to - from).toBeLessThanOrEqual(Math.ceil(sightPx / rowPx) + 14);
      expect(Math.max(from, to)).toBeLessThanOrEqual(rows);
    }),
  );
});
