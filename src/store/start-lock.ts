import { spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { Fault, reason } from "../base/fault.ts";
import { SERVER_ENV } from "./server-owner.ts";

const WAIT_SECONDS = 180; // longer than a start with its recovery

/**
 * One service at a time makes, repairs and starts the server: between looking at a lock file and removing it
 * another's server could have begun to live. flock(1) holds the lock around a `cat` that ends when we do,
 * however we end.
 */
export async function withStartLock<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const file = join(directory, "start.lock");
  await (await open(file, "a", 0o600)).close(); // who can read a file can lock it
  const words = ["--exclusive", `--timeout=${WAIT_SECONDS}`, file, "cat"];
  const holder = spawn("flock", words, {
    detached: true, // ctrl-C is for us, and must not free the lock before we are done
    env: SERVER_ENV,
    stdio: ["pipe", "pipe", "ignore"],
  });
  const ended = once(holder, "close").then(
    () => "another service has been starting it for minutes",
    (thrown) => `flock (Debian's util-linux) cannot be run: ${reason(thrown)}`,
  );
  holder.stdin.on("error", () => {}); // it ended: `ended` says why
  holder.stdin.write("\n"); // comes back when `cat` runs, so when the lock is ours
  const why = await Promise.race([once(holder.stdout, "data").then(() => ""), ended]);
  if (why !== "") throw new Fault("store.failed", { directory, why, log: join(directory, "server.log") });
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
