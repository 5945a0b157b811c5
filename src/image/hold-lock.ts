import { spawn } from "node:child_process";
import { once } from "node:events";
import { duration } from "../base/units.ts";

export type Lock = { readonly release: () => Promise<void> };

/**
 * Holds a lock between processes on this machine. A `flock` child keeps it for as long as its input is open,
 * so it goes with us however we end; node itself has no flock(2).
 */
export async function holdLock(path: string, withinMs: number, signal?: AbortSignal): Promise<Lock> {
  const limit = AbortSignal.any([AbortSignal.timeout(withinMs), ...(signal ? [signal] : [])]);
  limit.throwIfAborted();
  const child = spawn("flock", ["--exclusive", "--no-fork", path, "cat"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const ended = once(child, "close");
  child.stdin.on("error", () => {}); // it may be gone before it reads: its end is what is heard
  try {
    child.stdin.write("\n"); // cat sends it back once flock let it start
    await Promise.race([once(child.stdout, "data", { signal: limit }), ended.then(refused)]);
  } catch (error) {
    child.kill("SIGKILL");
    if (limit.aborted && !signal?.aborted) throw new Error(`${path} stayed locked for ${duration(withinMs)}`);
    throw error;
  }
  return {
    release: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

function refused(): never {
  throw new Error("flock refused the lock");
}
