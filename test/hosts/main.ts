import { noContainers } from "../support/booted-tree.ts";
import { err, runMatrix } from "../support/matrix.ts";
import { allCells, missingRows } from "./cells.ts";
import { resultLines, writeResults } from "./results.ts";
import { runCell } from "./run-cell.ts";

const USAGE = `npm run test:hosts [-- --only PATTERN] [--jobs N] [--json] [--write]
  Every cell is a Debian that really boots, put into one state and asked by one rule: rule/state/tree.
  --only PATTERN   cells whose id fits this regular expression
  --jobs N         so many at once (1)
  --json           the verdicts, for programs
  --write          the table of results goes into docs/hosts.md
Exit 0: every rule did as it should; 1: one did not; 2: one could not be told.`;

if (noContainers !== undefined) err(noContainers);
process.exitCode =
  noContainers !== undefined
    ? 2
    : await runMatrix(process.argv.slice(2), {
        usage: USAGE,
        knows: [],
        cells: allCells(),
        prepare: async () => {
          for (const line of missingRows()) err(`not proven: ${line}`);
        },
        prove: (cell, { signal }) => runCell(cell, { signal, progress: err }),
        tidyUp: () => {},
        all: (told) => allCells().flatMap(({ id }) => told.find(({ cell }) => cell.id === id) ?? []),
        lines: resultLines,
        write: writeResults,
      });
