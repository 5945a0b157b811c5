import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { BenchWish } from "../bench-wish.ts";
import { type Cable, openCable } from "../cable.ts";
import { openScratch } from "../scratch.ts";
import { costMs } from "../tftp/cost.ts";
import { type Peers, unpackPeers } from "../tftp/peers.ts";
import type { Done, Task } from "./load.ts";
import { logIn, type Name, RELAY, SERVER, SERVERS } from "./servers.ts";

/** One server in one round. */
export type Reading = {
  readonly server: Name;
  readonly perSecond: number; // exchanges of four packets
  readonly p50Ms: number; // from a REQUEST to its ACK
  readonly p99Ms: number;
  readonly costUs: number; // processor time of the server for each exchange
  readonly failed: number;
};
export type DhcpReport = { readonly readings: readonly Reading[] };

export const NAMES: readonly Name[] = ["rackhand", "kea"];
export const CLIENTS = 2000;
export const IN_FLIGHT = 32;
export const EXCHANGES = 10_000;
const UP_WITHIN_MS = 20_000;

export async function benchDhcp({ rounds, log, stopped }: BenchWish): Promise<DhcpReport> {
  const peers = unpackPeers("dhcp", log);
  const scratch = openScratch();
  const opened: Cable[] = [];
  try {
    const places: Place[] = [];
    for (const name of NAMES) {
      const cable = await openCable({ servers: 1, apart: false });
      opened.push(cable);
      places.push(await openPlace({ name, cable, home: join(scratch.path, name), peers }));
    }
    const readings: Reading[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      log(`Round ${round} of ${rounds}`);
      for (const place of round % 2 === 0 ? places : [...places].reverse()) {
        stopped.throwIfAborted();
        readings.push(await measure(place));
      }
    }
    mustBeOnDisk(join(scratch.path, "rackhand"));
    return { readings };
  } finally {
    for (const cable of opened) await cable.close();
    scratch.remove();
  }
}

/** Each server has a pair of namespaces of its own: two cannot have the port in one. */
type Place = {
  readonly name: Name;
  readonly pid: number;
  readonly load: (task: Task) => Promise<Done>;
};

async function openPlace(wish: {
  readonly name: Name;
  readonly cable: Cable;
  readonly home: string;
  readonly peers: Peers;
}): Promise<Place> {
  const { name, cable, home, peers } = wish;
  mkdirSync(home);
  await ended(cable, "client", `ip addr add ${RELAY}/16 dev c0`);
  await ended(cable, "server", "ip route add 10.8.0.0/16 dev s0");
  const pid = cable.start("server", SERVERS[name](home, peers), peers.env).pid!;
  const load = await openLoad(cable);
  const warm = load({ clients: CLIENTS, exchanges: CLIENTS, inFlight: IN_FLIGHT });
  const late = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error(`${name} leases nothing`)), UP_WITHIN_MS).unref(),
  );
  await Promise.race([warm, late]); // every client has its lease, and the server is warm
  return { name, pid, load };
}

async function openLoad(cable: Cable): Promise<Place["load"]> {
  const tsx = ["--import", import.meta.resolve("tsx")];
  const argv = [process.execPath, ...tsx, join(import.meta.dirname, "load.ts"), RELAY, SERVER];
  const child = cable.start("client", argv);
  const lines = createInterface(child.stdout!)[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error("the DHCP clients ended");
    return value as string;
  };
  await line();
  return async (task) => {
    child.stdin!.write(`${JSON.stringify(task)}\n`);
    return JSON.parse(await line()) as Done;
  };
}

async function measure({ name, pid, load }: Place): Promise<Reading> {
  const before = costMs(pid);
  const { ms, ackMs, failed } = await load({ clients: CLIENTS, exchanges: EXCHANGES, inFlight: IN_FLIGHT });
  const costUs = ((costMs(pid) - before) * 1000) / EXCHANGES;
  const sorted = [...ackMs].sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)]!;
  const perSecond = EXCHANGES / (ms / 1000);
  return { server: name, perSecond, p50Ms: at(0.5), p99Ms: at(0.99), costUs, failed };
}

/** What was acknowledged is in the log, which nobody has closed. */
function mustBeOnDisk(home: string): void {
  const text = readFileSync(logIn(home), "utf8");
  const macs = new Set(text.match(/52:54:00:[0-9a-f:]{8}/g) ?? []);
  if (macs.size !== CLIENTS) throw new Error(`${macs.size} of ${CLIENTS} leases are in the log`);
}

async function ended(cable: Cable, where: "server" | "client", words: string): Promise<void> {
  const child = cable.start(where, words.split(" "));
  const code = await new Promise((resolve) => child.once("exit", resolve));
  if (code !== 0) throw new Error(`${words}: exit ${code}`);
}
