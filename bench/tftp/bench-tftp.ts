import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { BenchWish } from "../bench-wish.ts";
import { openScratch } from "../scratch.ts";
import { type Client, openClient } from "./client.ts";
import { costMs, peakMib } from "./cost.ts";
import { unpackPeers } from "./peers.ts";
import { LOSS, ROWS, type Row } from "./rows.ts";
import { type Name, SERVERS } from "./servers.ts";
import { openSpaces, type Spaces } from "./two-spaces.ts";

/** One server in one round of one row. */
export type Reading = {
  readonly row: string;
  readonly server: Name;
  readonly ms: number;
  readonly costMs: number;
  readonly failed: number;
};
export type TftpReport = { readonly readings: readonly Reading[]; readonly peakMib: number };

const NAMES = Object.keys(SERVERS) as Name[];
const WITHIN_MS = 45_000;
const UP_WITHIN_MS = 20_000;

export async function benchTftp({ rounds, log, stopped }: BenchWish): Promise<TftpReport> {
  const peers = unpackPeers("tftp", log);
  const scratch = openScratch();
  let spaces: Spaces | undefined;
  try {
    spaces = await openSpaces(NAMES.length);
    for (const { bytes } of [...ROWS, LOSS]) writeFileSync(join(scratch.path, fileOf(bytes)), content(bytes));
    const pids = new Map<Name, number>();
    for (const name of NAMES) {
      const child = spaces.start("server", SERVERS[name].argv(scratch.path, peers), peers.env);
      pids.set(name, child.pid!);
    }
    const client = await openClient(spaces);
    const bench: Bench = { client, tree: scratch.path, pids, readings: [] };
    await warmUp(bench);
    for (let round = 1; round <= rounds; round += 1) {
      log(`Round ${round} of ${rounds}`);
      for (const row of ROWS)
        for (const name of order(round)) if (!stopped.aborted) await measure(bench, row, name);
      if (!stopped.aborted) await measureLoss(bench, round);
      stopped.throwIfAborted();
    }
    return { readings: bench.readings, peakMib: peakMib(pids.get("rackhand")!) };
  } finally {
    await spaces?.close();
    scratch.remove();
  }
}

type Bench = {
  readonly client: Client;
  readonly tree: string;
  readonly pids: ReadonlyMap<Name, number>;
  readonly readings: Reading[];
};

const fileOf = (bytes: number): string => `file-${bytes}`;
const content = (bytes: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: bytes }, (_, i) => (i * 7 + (i >> 8)) & 255));
const order = (round: number): Name[] => [
  ...NAMES.slice(round % NAMES.length),
  ...NAMES.slice(0, round % NAMES.length),
];

/** Until each has given every file once: caches are warm for all. */
async function warmUp({ client, tree }: Bench): Promise<void> {
  for (const name of NAMES) {
    const server = SERVERS[name].address;
    for (const { bytes } of [LOSS, ...ROWS]) {
      const wish = {
        server,
        file: fileOf(bytes),
        copy: join(tree, fileOf(bytes)),
        blockBytes: 1468,
        window: 16,
      };
      for (const until = performance.now() + UP_WITHIN_MS; ; await pause(100)) {
        const { each } = await client.fetch({ wishes: [wish], withinMs: 10_000 });
        if (each[0] !== undefined) break;
        if (performance.now() > until) throw new Error(`${name} serves no TFTP`);
      }
    }
  }
}

async function measure(bench: Bench, row: Row, name: Name): Promise<void> {
  const { address, hasWindows } = SERVERS[name];
  if (row.window > 1 && !hasWindows) return;
  const { bytes, blockBytes, window, clients } = row;
  const wish = {
    server: address,
    file: fileOf(bytes),
    copy: join(bench.tree, fileOf(bytes)),
    blockBytes,
    window,
  };
  const before = costMs(bench.pids.get(name)!);
  const { ms, each } = await bench.client.fetch({ wishes: Array(clients).fill(wish), withinMs: WITHIN_MS });
  const spent = costMs(bench.pids.get(name)!) - before;
  const failed = each.filter((one) => one === undefined).length;
  bench.readings.push({ row: row.name, server: name, ms, costMs: spent, failed });
}

async function measureLoss(bench: Bench, round: number): Promise<void> {
  const { bytes, blockBytes, percent: lossPercent } = LOSS;
  const [file, copy] = [fileOf(bytes), join(bench.tree, fileOf(bytes))];
  const cases = LOSS.windows.flatMap((window) =>
    NAMES.filter((name) => window === 1 || SERVERS[name].hasWindows).map((name) => ({ window, name })),
  );
  const wishes = cases.map(({ window, name }, i) => {
    const server = SERVERS[name].address;
    return { server, file, copy, blockBytes, window, lossPercent, seed: round * 100 + i };
  });
  const { each } = await bench.client.fetch({ wishes, withinMs: WITHIN_MS });
  cases.forEach(({ window, name }, i) => {
    const ms = each[i] ?? WITHIN_MS;
    const failed = each[i] === undefined ? 1 : 0;
    bench.readings.push({ row: lossRow(window), server: name, ms, costMs: 0, failed });
  });
}

export const lossRow = (window: number): string => `1 % loss, window ${window}`;
