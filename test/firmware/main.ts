import { err, runMatrix } from "../support/matrix.ts";
import { bootCell } from "./boot-cell.ts";
import { allCells } from "./cells.ts";
import { haveImages } from "./have-images.ts";
import { forgetPeers } from "./places.ts";
import { keepVerdict, resultLines, withEarlier, writeResults } from "./results.ts";

const USAGE = `npm run test:firmware [-- --only PATTERN] [--jobs N] [--keep DIRECTORY] [--json] [--write]
  Every cell is a real boot in QEMU: firmware/place/Debian, such as uefi/kea/12.
  --only PATTERN   cells whose id fits this regular expression
  --jobs N         so many at once (1)
  --keep DIRECTORY the consoles' recordings stay there
  --results DIRECTORY  verdicts stay there, and those of earlier runs count as well: the matrix in pieces
  --json           the verdicts, for programs
  --write          the table of results goes into docs/booting.md
Exit 0: every boot proved what it was for; 1: one did not; 2: one could not be told.`;

process.exitCode = await runMatrix(process.argv.slice(2), {
  usage: USAGE,
  knows: ["keep", "results"],
  cells: allCells(),
  prepare: (cells, { signal }) =>
    haveImages(
      [...cells.map(({ image }) => image), "debian-13"], // whose loaders UEFI gets whichever it boots
      { progress: err, signal },
    ),
  prove: async (cell, { keep, results, signal }) => {
    const verdict = await bootCell(cell, { stopped: signal, keep });
    keepVerdict(results, { cell, verdict });
    return verdict;
  },
  tidyUp: forgetPeers,
  all: (told, { results }) => withEarlier(results, told),
  lines: resultLines,
  write: writeResults,
});
