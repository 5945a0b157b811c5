import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Holder, Seen } from "./core/next-step.ts";
import { type PostmasterPid, readPostmasterPid } from "./core/postmaster-pid.ts";
import type { Places } from "./server-places.ts";
import { processState, serverProcesses } from "./server-processes.ts";

export const postmasterFile = ({ data }: Places): string => join(data, "postmaster.pid");
const socketLock = ({ socket }: Places): string => join(socket, ".s.PGSQL.5432.lock");

/** Locks first, processes after: a server whose lock was read is then surely among the living. */
export async function seeServer(places: Places): Promise<Seen> {
  const named = [
    { file: "postmaster.pid", text: await textOf(postmasterFile(places)) },
    { file: "socket lock", text: await textOf(socketLock(places)) },
  ] as const;
  const living = await serverProcesses(places);
  const locks = named.flatMap(({ file, text }) => (text === undefined ? [] : holderOf(file, text, living)));
  return { living, locks: await Promise.all(locks) };
}

async function holderOf(file: Holder["file"], text: string, living: readonly number[]): Promise<Holder> {
  const read = readPostmasterPid(text); // the socket's lock has the same first lines
  if (!read.ok) return { file, pid: null, is: "gone" };
  const { pid } = read.value;
  if (living.includes(pid)) return { file, pid, is: "server" };
  const state = await processState(pid);
  return { file, pid, is: state === "living" ? "stranger" : state };
}

const textOf = (path: string) => readFile(path, "utf8").catch(() => undefined); // most often: not there

export async function readPostmaster(places: Places): Promise<PostmasterPid | undefined> {
  const text = await textOf(postmasterFile(places));
  const read = text === undefined ? undefined : readPostmasterPid(text);
  return read?.ok ? read.value : undefined;
}

/** Only called when nothing lives in the data directory: these files keep two servers apart. */
export async function clearLocks(places: Places): Promise<void> {
  await rm(postmasterFile(places), { force: true });
  await rm(socketLock(places), { force: true });
}
