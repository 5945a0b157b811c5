import { Fault } from "../../src/base/fault.ts";
import { fetchDebian } from "../../src/image/fetch-debian.ts";
import { findImage } from "../../src/image/find-image.ts";
import type { Image } from "./cells.ts";
import { CACHE } from "./starting.ts";

/** Images to boot: this Debian's own package, or fetched by apt once for all runs. */
export async function haveImages(
  images: readonly Image[],
  how: { progress: (line: string) => void; signal: AbortSignal },
): Promise<void> {
  for (const image of new Set(images)) {
    try {
      await findImage(image, CACHE);
    } catch (error) {
      if (!(error instanceof Fault) || error.id !== "image.missing") throw error;
      how.progress(`Fetching ${image}'s installer package with apt`);
      await fetchDebian({ ...how, name: image, stateDirectory: CACHE });
    }
  }
}
