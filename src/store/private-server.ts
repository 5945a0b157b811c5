import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { Fault } from "../base/fault.ts";
import { untilReady } from "./await-server.ts";
import { lastFatal } from "./core/last-fatal.ts";
import { nextStep } from "./core/next-step.ts";
import { knock, makeDatabase } from "./knock.ts";
import type { Log } from "./log.ts";
import { makeData, SERVER_USER } from "./server-files.ts";
import { clearLocks, readPostmaster, seeServer } from "./server-locks.ts";
import { makeDirectory, makePlaces, type Places } from "./server-places.ts";
import { haveEnded, signal } from "./server-processes.ts";
import { findServerProgram } from "./server-program.ts";
import { spawnServer } from "./spawn-server.ts";
import { withStartLock } from "./start-lock.ts";
import { stopServer } from "./stop-server.ts";

/** Debian's PostgreSQL in a directory of ours, on a unix socket only. It lives on when we are killed. */
export type PrivateServer = {
  readonly connection: { readonly host: string; readonly user: string; readonly database: string };
  readonly adopted: boolean;
  readonly pid: number;
  stop(): Promise<void>;
};

export type PrivateServerWishes = {
  readonly directory: string;
  readonly log?: Log;
  readonly startWithinMs?: number;
};

const START_WITHIN_MS = 30_000;
const ADOPT_WITHIN_MS = 5_000;
const RESPAWN_EVERY_MS = 250;

/** Adopts the server that lives in the directory, or repairs what a dead one left there and starts it. */
export async function openPrivateServer(wishes: PrivateServerWishes): Promise<PrivateServer> {
  await makeDirectory(wishes.directory);
  return withStartLock(wishes.directory, () => openAlone(wishes));
}

async function openAlone(wishes: PrivateServerWishes): Promise<PrivateServer> {
  const { directory, log = () => {}, startWithinMs = START_WITHIN_MS } = wishes;
  const places = await makePlaces(directory);
  const bin = await findServerProgram(places);
  await makeData(places, bin);
  let why = "it was not tried";
  for (const until = Date.now() + startWithinMs; Date.now() < until; await pause(RESPAWN_EVERY_MS)) {
    const tried = await tryOnce(places, bin, log);
    if ("pid" in tried) return opened(places, tried, log);
    why = tried.why;
  }
  throw new Fault("store.failed", { directory: places.directory, why, log: places.log });
}

type Running = { readonly pid: number; readonly adopted: boolean; readonly host: string };
type Tried = Running | { readonly why: string };

async function tryOnce(places: Places, bin: string, log: Log): Promise<Tried> {
  const step = nextStep(await seeServer(places));
  if (step.do === "adopt") return adopt(places, step.pid, log);
  if (step.do === "end") return endOrphans(places, log);
  await mustBeSilent(places);
  if (step.do === "clear") {
    log("removed the lock files of a PostgreSQL that is gone", { directory: places.directory });
    await clearLocks(places);
  }
  return start(places, bin, log);
}

async function adopt(places: Places, pid: number, log: Log): Promise<Tried> {
  const host = (await readPostmaster(places))?.socket ?? places.socket;
  const answer = await untilReady(places, { pid, host, withinMs: ADOPT_WITHIN_MS });
  if (answer === "ended") return { why: "the PostgreSQL that ran here ended" };
  if (answer !== "ready") throw new Fault("store.foreign", { directory: places.directory, pid: String(pid) });
  log("adopted the private PostgreSQL that was running", { pid, directory: places.directory });
  return { pid, adopted: true, host };
}

/** A server that somebody starts by hand looks like an orphan until it has written its lock: hence two looks. */
async function endOrphans(places: Places, log: Log): Promise<Tried> {
  await pause(RESPAWN_EVERY_MS);
  const step = nextStep(await seeServer(places));
  if (step.do !== "end") return { why: "somebody else started the PostgreSQL here" };
  log("ended processes that a killed PostgreSQL left behind", { pids: step.pids });
  for (const pid of step.pids) signal(pid, "SIGKILL");
  await haveEnded(step.pids, ADOPT_WITHIN_MS);
  return { why: `processes ${step.pids.join(", ")} of an earlier PostgreSQL do not end` };
}

/** Somebody who answers on our socket and is not among the processes here lives in another container. */
async function mustBeSilent(places: Places): Promise<void> {
  const answer = await knock(places.socket);
  if (answer.is === "silent") return;
  const pid = (await readPostmaster(places))?.pid ?? "unknown";
  throw new Fault("store.foreign", { directory: places.directory, pid: String(pid) });
}

async function start(places: Places, bin: string, log: Log): Promise<Tried> {
  const { pid, logFrom } = await spawnServer(places, bin);
  if (pid === undefined) return { why: "setpriv (Debian's util-linux) cannot be run" };
  const answer = await untilReady(places, { pid, host: places.socket, withinMs: START_WITHIN_MS });
  if (answer === "ready") {
    log("started the private PostgreSQL", { pid, directory: places.directory });
    return { pid, adopted: false, host: places.socket };
  }
  const said = (await readFile(places.log)).subarray(logFrom).toString();
  const why = lastFatal(said) ?? (answer === "ended" ? "it ended without a word" : "it does not answer");
  if (answer === "ended") return { why };
  throw new Fault("store.failed", { directory: places.directory, why, log: places.log });
}

async function opened(places: Places, running: Running, log: Log): Promise<PrivateServer> {
  const { pid, adopted, host } = running;
  await makeDatabase(host, SERVER_USER);
  const connection = { host, user: SERVER_USER, database: SERVER_USER };
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= withStartLock(places.directory, () => stopServer(places, pid, log)));
  return { connection, adopted, pid, stop };
}
