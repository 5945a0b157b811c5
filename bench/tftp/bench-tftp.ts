import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { BenchWish } from "../bench-wish.ts";
import { type Cable, openCable } from "../cable.ts";
import { openScratch } from "../scratch.ts";
import { type Client, openClient } from "./client.ts";
import { costMs, peakMib } from "./cost.ts";
import { type Peers, unpackPeers } from "./peers.ts";
import { FAR_MS, LOSS, LOSS_ROWS, MEMORY, ROWS, type Row } from "./rows.ts";
import { type Name, SERVERS } from "./servers.ts";

/** One server in one round of one row. */
export type Reading = {
  readonly row: string;
  readonly server: Name;
  readonly ms: number;
  readonly costMs: number;
  readonly failed: number;
};
export type TftpReport = {
  readonly readings: readonly Reading[];
  readonly memory?: { readonly peakMib: number; readonly failed: number };
};

const NAMES = Object.keys(SERVERS) as Name[];
const WITH_WINDOWS = NAMES.filter((name) => SERVERS[name].hasWindows);
const WITHIN_MS = 45_000;
const UP_WITHIN_MS = 20_000;

export async function benchTftp(wish: BenchWish): Promise<TftpReport> {
  const { isAsked, apart } = wish;
  const peers = unpackPeers("tftp", wish.log);
  const scratch = openScratch();
  const opened: Cable[] = [];
  const open = async (names: readonly Name[], files: Opening["files"], delayMs?: number): Promise<Bench> => {
    const laying = { servers: NAMES.length, apart };
    const cable = await openCable(delayMs === undefined ? laying : { ...laying, delayMs });
    opened.push(cable);
    return await openBench({ cable, names, files, tree: scratch.path, peers });
  };
  try {
    for (const { bytes } of [...NEAR_FILES, ...FAR_ROWS])
      writeFileSync(join(scratch.path, fileOf(bytes)), content(bytes));
    const near = await open(NAMES, NEAR_FILES);
    const isFarAsked = FAR_ROWS.some(({ name }) => isAsked(name));
    const far = isFarAsked ? await open(WITH_WINDOWS, FAR_ROWS, FAR_MS) : near;
    const readings = await measureAll(wish, near, far);
    const memory = isAsked(MEMORY.name) ? { memory: await measureMemory(near) } : {};
    return { readings, ...memory };
  } finally {
    for (const cable of opened) await cable.close();
    scratch.remove();
  }
}

type Bench = { readonly client: Client; readonly tree: string; readonly pids: ReadonlyMap<Name, number> };

const FAR_ROWS = ROWS.filter(({ isFar }) => isFar);
const NEAR_FILES = [...ROWS.filter(({ isFar }) => !isFar), ...LOSS_ROWS, MEMORY];
const fileOf = (bytes: number): string => `file-${bytes}`;
const content = (bytes: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: bytes }, (_, i) => (i * 7 + (i >> 8)) & 255));
const order = (names: readonly Name[], round: number): Name[] => [
  ...names.slice(round % names.length),
  ...names.slice(0, round % names.length),
];

type Opening = {
  readonly cable: Cable;
  readonly names: readonly Name[];
  readonly files: readonly Pick<Row, "bytes">[];
  readonly tree: string;
  readonly peers: Peers;
};

/** Until each has given every file once: caches are warm for all. */
async function openBench({ cable, names, files, tree, peers }: Opening): Promise<Bench> {
  const pids = new Map<Name, number>();
  for (const name of names)
    pids.set(name, cable.start("server", SERVERS[name].argv(tree, peers), peers.env).pid!);
  const client = await openClient(cable);
  for (const name of names) for (const { bytes } of files) await warmUp({ client, tree, pids }, name, bytes);
  return { client, tree, pids };
}

async function warmUp({ client, tree }: Bench, name: Name, bytes: number): Promise<void> {
  const wishes = [wishOf(tree, name, { bytes, blockBytes: 1468, window: 16 })];
  for (const until = performance.now() + UP_WITHIN_MS; ; await pause(100)) {
    const { each } = await client.fetch({ wishes, withinMs: 10_000 });
    if (each[0] !== undefined) return;
    if (performance.now() > until) throw new Error(`${name} serves no TFTP`);
  }
}

type Size = Pick<Row, "bytes" | "blockBytes" | "window">;

function wishOf(tree: string, name: Name, { bytes, blockBytes, window }: Size) {
  const file = fileOf(bytes);
  return { server: SERVERS[name].address, file, copy: join(tree, file), blockBytes, window };
}

async function measureAll(
  { rounds, isAsked, log, stopped }: BenchWish,
  near: Bench,
  far: Bench,
): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    log(`Round ${round} of ${rounds}`);
    for (const row of ROWS.filter(({ name }) => isAsked(name))) {
      const bench = row.isFar ? far : near;
      for (const name of order([...bench.pids.keys()], round)) {
        stopped.throwIfAborted();
        if (row.window === 1 || SERVERS[name].hasWindows) readings.push(await measure(bench, row, name));
      }
    }
    stopped.throwIfAborted();
    readings.push(...(await measureLoss(near, round, isAsked)));
  }
  return readings;
}

async function measure({ client, tree, pids }: Bench, row: Row, name: Name): Promise<Reading> {
  const wishes = Array(row.clients).fill(wishOf(tree, name, row));
  const before = costMs(pids.get(name)!);
  const { ms, each } = await client.fetch({ wishes, withinMs: WITHIN_MS });
  const spent = costMs(pids.get(name)!) - before;
  return { row: row.name, server: name, ms, costMs: spent, failed: failuresIn(each) };
}

async function measureLoss({ client, tree }: Bench, round: number, isAsked: BenchWish["isAsked"]) {
  const cases = LOSS_ROWS.filter((row) => isAsked(row.name)).flatMap((row) =>
    NAMES.filter((name) => row.window === 1 || SERVERS[name].hasWindows).flatMap((name) =>
      Array.from({ length: row.attempts }, () => ({ row, name })),
    ),
  );
  if (cases.length === 0) return [];
  const wishes = cases.map(({ row, name }, i) => {
    const size = { ...row, blockBytes: LOSS.blockBytes };
    return { ...wishOf(tree, name, size), lossPercent: LOSS.percent, seed: round * 100 + i };
  });
  const { each } = await client.fetch({ wishes, withinMs: WITHIN_MS });
  return cases.map(({ row, name }, i): Reading => {
    const ms = each[i] ?? WITHIN_MS;
    return { row: row.name, server: name, ms, costMs: 0, failed: failuresIn([each[i]]) };
  });
}

async function measureMemory({ client, tree, pids }: Bench) {
  const wishes = Array(MEMORY.clients).fill(wishOf(tree, "rackhand", MEMORY));
  const { each } = await client.fetch({ wishes, withinMs: 2 * WITHIN_MS });
  return { peakMib: peakMib(pids.get("rackhand")!), failed: failuresIn(each) };
}

const failuresIn = (each: readonly (number | undefined)[]): number =>
  each.filter((one) => one === undefined).length;
