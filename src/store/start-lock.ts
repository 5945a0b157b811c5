import { join } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import { holdLock } from "../process/hold-lock.ts";

const WAITS_MS = 180_000; // longer than a start with its recovery

/**
 * One service at a time makes, repairs and starts the server: between looking at a lock file and removing it
 * another's server could have begun to live.
 */
export async function withStartLock<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const lock = await holdLock(join(directory, "start.lock"), WAITS_MS).catch((error) => {
    const why = `its start cannot be had to ourselves: ${reason(error)}`; // most often: another service starts it
    throw new Fault("store.failed", { directory, why, log: join(directory, "server.log") }, error);
  });
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
