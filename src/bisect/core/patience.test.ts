import { expect, test } from "vitest";
import { type Evidence, OLD_END, type Reading, type Search } from "./engine.ts";
import { line } from "./history.ts";
import { decide } from "./next.ts";

const SEARCH: Search = {
  ...{ history: line(100), answers: "number", error: 0.01, offsets: "off", drift: "off", outliers: "keep" },
  ...{ smallestEffect: 0.3, machines: ["m1"] },
};
const REST: Omit<Evidence, "readings"> = {
  ...{ built: new Set(), refused: new Set(), deployed: new Map(), pending: [] },
  minutes: { run: 1, build: 0, deploy: 0 },
};

/** Readings of the two ends alone, one deviation about their levels: they leave open which commit it was. */
function next(effect: number, count: number, search = SEARCH) {
  const readings = Array.from({ length: count }, (_, at): Reading => {
    const isNew = at % 2 === 1;
    const noise = at % 4 < 2 ? 1 : -1;
    return { commit: isNew ? 99 : OLD_END, build: "1", machine: "m1", value: noise + (isNew ? effect : 0) };
  });
  return decide(search, { ...REST, readings }).next;
}

test("a search without a budget ends after what the smallest change takes, and names no winner", () => {
  // a quarter of 4 deviations is 1, of which a reading tells 0.161 bits (bisect.md, section 3)
  const bound = Math.ceil((2 * Math.log2(100 / 0.01)) / 0.1607);

  expect(next(4, bound - 20)).toMatchObject({ do: "read" });
  expect(next(4, bound + 20)).toMatchObject({
    ...{ do: "stop", verdict: { is: "unsettled", because: "no-end" } },
  });
});

test("a smaller change is waited for longer, and who gave a budget is given all of it", () => {
  expect(next(2, 300)).toMatchObject({ do: "read" });
  expect(next(4, 300, { ...SEARCH, mostRuns: 400 })).toMatchObject({ do: "read" });
});
