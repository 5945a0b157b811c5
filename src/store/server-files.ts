import { chown, mkdtemp, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../base/fault.ts";
import { lastFatal } from "./core/last-fatal.ts";
import { runAs } from "./server-owner.ts";
import type { Places } from "./server-places.ts";

export const SERVER_USER = "rackhand";
const HALF_MADE = "data.new-";

/**
 * Makes the data directory once. initdb works beside it and syncs what it wrote, then one rename makes it
 * real: whatever kills us in between, `data` is either whole or not there.
 */
export async function makeData(places: Places, bin: string): Promise<void> {
  if (await isThere(places.data)) return;
  const half = await mkdtemp(join(places.directory, HALF_MADE));
  if (places.owner.drops) await chown(half, places.owner.uid, places.owner.gid);
  try {
    await runAs(places.owner, [join(bin, "initdb"), ...INITDB, "-D", half]);
    await rename(half, places.data);
    await syncDirectory(places.directory);
  } catch (thrown) {
    throw notMade(places, thrown);
  } finally {
    await removeHalfMade(places.directory);
  }
}

// Who may connect is decided by the socket's directory (0700), so nothing is asked there; TCP is refused even
// if somebody starts the server by hand with its own configuration.
const INITDB = [
  `--username=${SERVER_USER}`,
  "--auth-local=trust",
  "--auth-host=reject",
  "--encoding=UTF8",
  "--locale=C.UTF-8",
  "--wal-segsize=4",
];

function notMade({ directory, log }: Places, thrown: unknown): Fault {
  const said = (thrown as { stderr?: string }).stderr ?? String(thrown);
  const why = lastFatal(said) ?? said.trim().split("\n").at(-1) ?? "initdb failed";
  return new Fault("store.failed", { directory, why, log }, thrown);
}

/** Ours when it failed, and those of an initdb that was killed: the start lock keeps everybody else out. */
async function removeHalfMade(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => name.startsWith(HALF_MADE));
  const whole = { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }; // an orphaned initdb writes on
  for (const name of names) await rm(join(directory, name), whole);
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory);
  await handle.sync().finally(() => handle.close());
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
