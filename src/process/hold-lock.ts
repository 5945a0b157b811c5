import { constants as files } from "node:fs";
import { open } from "node:fs/promises";
import { constants } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import koffi from "koffi";
import { duration } from "../base/units.ts";
import { limitOf } from "./limit.ts";
import { systemError } from "./spawn-calls.ts";

export type Lock = { readonly release: () => Promise<void> };

const flockCall = koffi.load("libc.so.6").func("int flock(int fd, int operation)");
const [LOCK_EX, LOCK_NB] = [2, 4];
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [5, 100];

/** Holds a lock between processes on this machine: flock(2), which goes with us however we end, and with who has our file. */
export async function holdLock(path: string, withinMs: number, signal?: AbortSignal): Promise<Lock> {
  signal?.throwIfAborted();
  const { signal: limit, clear } = limitOf(withinMs, signal);
  const file = await open(path, files.O_RDONLY | files.O_CREAT, 0o600); // who can read a file can lock it
  try {
    for (
      let ms = FIRST_PAUSE_MS;
      flockCall(file.fd, LOCK_EX | LOCK_NB) < 0;
      ms = Math.min(ms * 2, LONGEST_PAUSE_MS)
    ) {
      if (koffi.errno() !== constants.errno.EAGAIN) throw systemError(koffi.errno(), `flock ${path}`);
      await pause(ms, undefined, { signal: limit });
    }
  } catch (error) {
    await file.close();
    if (limit.aborted && !signal?.aborted) throw new Error(`${path} stayed locked for ${duration(withinMs)}`);
    throw error;
  } finally {
    clear();
  }
  return { release: () => file.close() };
}
