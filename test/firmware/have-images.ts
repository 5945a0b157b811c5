import { Fault } from "../../src/base/fault.ts";
import { fetchDebian } from "../../src/image/fetch-debian.ts";
import { findImage } from "../../src/image/find-image.ts";
import type { Cell } from "./cells.ts";
import { CACHE } from "./starting.ts";

/** The images that the cells boot: this Debian's own package, or fetched by apt once for all runs. */
export async function haveImages(
  cells: readonly Cell[],
  how: { progress: (line: string) => void; signal: AbortSignal },
): Promise<void> {
  for (const image of new Set(cells.map((cell) => cell.image))) {
    try {
      await findImage(image, CACHE);
    } catch (error) {
      if (!(error instanceof Fault) || error.id !== "image.missing") throw error;
      how.progress(`Fetching ${image}'s installer package with apt`);
      await fetchDebian({ ...how, name: image, stateDirectory: CACHE });
    }
  }
}
