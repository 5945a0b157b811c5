import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Holder, Seen } from "./core/next-step.ts";
import { type PostmasterPid, readPostmasterPid } from "./core/postmaster-pid.ts";
import type { Places } from "./server-places.ts";
import { processState, serverProcesses } from "./server-processes.ts";

export const postmasterFile = ({ data }: Places): string => join(data, "postmaster.pid");
const socketLock = ({ socket }: Places): string => join(socket, ".s.PGSQL.5432.lock");

export async function seeServer(places: Places): Promise<Seen> {
  const living = await serverProcesses(places);
  const locks = await Promise.all([
    holderOf("postmaster.pid", postmasterFile(places), living),
    holderOf("socket lock", socketLock(places), living),
  ]);
  return { living, locks: locks.flatMap((lock) => lock ?? []) };
}

async function holderOf(
  file: Holder["file"],
  path: string,
  living: readonly number[],
): Promise<Holder | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const read = readPostmasterPid(text); // the socket's lock has the same first lines
  if (!read.ok) return { file, pid: null, is: "gone" };
  const { pid } = read.value;
  if (living.includes(pid)) return { file, pid, is: "server" };
  const state = await processState(pid);
  return { file, pid, is: state === "living" ? "stranger" : state };
}

export async function readPostmaster(places: Places): Promise<PostmasterPid | undefined> {
  const text = await readFile(postmasterFile(places), "utf8").catch(() => undefined);
  const read = text === undefined ? undefined : readPostmasterPid(text);
  return read?.ok ? read.value : undefined;
}

/** Only called when nothing lives in the data directory: these files keep two servers apart. */
export async function clearLocks(places: Places): Promise<void> {
  await rm(postmasterFile(places), { force: true });
  await rm(socketLock(places), { force: true });
}
