import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../src/base/fault.ts";
import { HAND_PROGRAM } from "../../src/hand/core/program.ts";
import { HAND_UNITS } from "../../src/hand/core/units.ts";
import { buildLive } from "../../src/image/build-live.ts";
import { FINISH, FIRST_INIT, mmdebstrapArgv } from "../../src/image/core/live-recipe.ts";
import { fetchDebian } from "../../src/image/fetch-debian.ts";
import { findImage } from "../../src/image/find-image.ts";
import { findKernelImage } from "../../src/image/kernel-images.ts";
import type { Booted, Image } from "./cells.ts";
import { CACHE } from "./starting.ts";

type How = { progress: (line: string) => void; signal: AbortSignal };

/** Images to boot: this Debian's own package, or fetched by apt once for all runs; the live hand is built once. */
export async function haveImages(images: readonly Booted[], how: How): Promise<void> {
  for (const image of new Set(images)) {
    if (image === "live") await haveLive(how);
    else await haveInstaller(image, how);
  }
}

async function haveInstaller(image: Image, how: How): Promise<void> {
  try {
    await findImage(image, CACHE);
  } catch (error) {
    if (!(error instanceof Fault) || error.id !== "image.missing") throw error;
    how.progress(`Fetching ${image}'s installer package with apt`);
    await fetchDebian({ ...how, name: image, stateDirectory: CACHE });
  }
}

/** Built anew when what it is made by is another than the last time. */
async function haveLive(how: How): Promise<void> {
  const files = [HAND_PROGRAM, ...HAND_UNITS];
  const argv = mmdebstrapArgv({ suite: "", mirror: "", keyrings: [], work: "" });
  const inputs = createHash("sha256")
    .update(JSON.stringify([argv, FINISH, FIRST_INIT, files]))
    .digest("hex");
  const note = join(CACHE, "live.inputs");
  const isSame = existsSync(note) && readFileSync(note, "utf8") === inputs;
  if (isSame && (await findKernelImage("live", CACHE)) !== undefined) return;
  how.progress("Building the live hand");
  await buildLive({ ...how, release: "debian-13", files, stateDirectory: CACHE });
  writeFileSync(note, inputs);
}
