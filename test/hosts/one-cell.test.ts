import { expect, test } from "vitest";
import { loadRules } from "../../src/check/load-rules.ts";
import { bootTree, noContainers } from "../support/booted-tree.ts";
import { proven } from "./run-cell.ts";
import { JOURNAL_READABLE } from "./traps/journal-readable.ts";

const excuse = noContainers === undefined ? "" : ` (skipped: ${noContainers})`;

/** Of all the cells of `npm run test:hosts`, one, and in this machine's own Debian: no tree need be built for it. */
test.skipIf(noContainers !== undefined)(
  `a Debian that really boots has its journal's rights mended and taken back${excuse}`,
  { timeout: 120_000 },
  async () => {
    const rule = (await loadRules()).find(({ id }) => id === "journal-readable")!;
    const row = JOURNAL_READABLE.find(({ says }) => says === "made by hand")!;
    const places = await bootTree({ tree: "/", cgroups: "any", target: "sysinit.target" });
    try {
      await places.sh(row.makes);

      const seen = await proven(places, rule, row, new AbortController().signal);

      expect(seen).toEqual(["fail by-hand", "fixed", "pass", "undone, as before"]);
    } finally {
      await places.end();
    }
  },
);
