import type { ChildProcess } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import type { BenchWish } from "../bench-wish.ts";
import { type Cable, openCable } from "../cable.ts";
import { readWrk } from "../http/wrk.ts";
import { openScratch } from "../scratch.ts";
import { costMs } from "../tftp/cost.ts";
import { type Peers, unpackPeers } from "../tftp/peers.ts";
import { BYTES, ROWS, type Row } from "./rows.ts";
import { NAMES, type Name, serversIn, urlOf } from "./servers.ts";

export type Reading = {
  readonly row: string;
  readonly server: Name;
  readonly mbPerSecond: number;
  readonly msPerMb: number; // processor time of the server
  readonly errors: number;
};
export type MirrorReport = { readonly readings: readonly Reading[] };
type Loaded = Pick<Reading, "mbPerSecond" | "errors"> & { readonly megabytes: number };

const RUN_SECONDS = 2;
const UP_WITHIN_MS = 20_000;

export async function benchMirror(wish: BenchWish): Promise<MirrorReport> {
  const peers = unpackPeers("mirror", wish.log);
  const scratch = openScratch();
  let cable: Cable | undefined;
  try {
    cable = await openCable({ servers: 3, apart: wish.apart });
    const { upstream, ...measured } = serversIn(scratch.path, peers);
    cable.start("server", upstream, peers.env);
    const pids = new Map<Name, number>();
    for (const name of NAMES) pids.set(name, cable.start("server", measured[name], peers.env).pid!);
    for (const name of NAMES) for (const size of ["small", "large"] as const) await keep(cable, name, size);
    return { readings: await rounds(wish, cable, peers, pids) };
  } finally {
    await cable?.close();
    scratch.remove();
  }
}

async function rounds(wish: BenchWish, cable: Cable, peers: Peers, pids: ReadonlyMap<Name, number>) {
  const readings: Reading[] = [];
  for (let round = 1; round <= wish.rounds; round += 1) {
    wish.log(`Round ${round} of ${wish.rounds}`);
    for (const row of ROWS.filter(({ name }) => wish.isAsked(name)))
      for (const server of round % 2 === 0 ? NAMES : [...NAMES].reverse()) {
        wish.stopped.throwIfAborted();
        const before = costMs(pids.get(server)!);
        const { megabytes, ...loaded } =
          row.kind === "hit"
            ? await again(cable, peers, row, server)
            : await first(cable, row, server, round);
        const msPerMb = (costMs(pids.get(server)!) - before) / megabytes;
        readings.push({ row: row.name, server, msPerMb, ...loaded });
      }
  }
  return readings;
}

/** Asked until it answers, so that it is kept. */
async function keep(cable: Cable, name: Name, size: Row["size"]): Promise<void> {
  for (const until = performance.now() + UP_WITHIN_MS; ; await pause(200)) {
    const { errors } = await curl(cable, [urlOf(name, size, "kept")], size, 1);
    if (errors === 0) return;
    if (performance.now() > until) throw new Error(`${name} does not give a file`);
  }
}

async function again(cable: Cable, peers: Peers, { size, connections }: Row, name: Name): Promise<Loaded> {
  const args = ["-t1", `-c${connections}`, `-d${RUN_SECONDS}s`, "--latency", "--timeout", "30s"];
  const argv = [peers.program("usr/bin/wrk"), ...args, urlOf(name, size, "kept")];
  const { mbPerSecond, errors } = readWrk(await outputOf(cable.start("client", argv, peers.env)));
  return { mbPerSecond, errors, megabytes: mbPerSecond * RUN_SECONDS };
}

const first = (cable: Cable, { size, connections, files, kind }: Row, name: Name, round: number) =>
  curl(
    cable,
    Array.from({ length: files }, (_, i) => urlOf(name, size, `${kind}-${round}-${i}`)),
    size,
    connections,
  );

/** All of them by one client, every answer's status and length looked at. */
async function curl(
  cable: Cable,
  urls: readonly string[],
  size: Row["size"],
  atOnce: number,
): Promise<Loaded> {
  const out = ["-o", "/dev/null"];
  const args = [
    "-s",
    "-Z",
    "--no-progress-meter",
    "--parallel-max",
    `${atOnce}`,
    "-w",
    "%{http_code} %{size_download}\\n",
  ];
  const began = performance.now();
  const output = await outputOf(
    cable.start("client", ["curl", ...args, ...urls.flatMap((url) => [url, ...out])]),
  );
  const seconds = (performance.now() - began) / 1000;
  const whole = output.split("\n").filter((line) => line === `200 ${BYTES[size]}`).length;
  const megabytes = (urls.length * BYTES[size]) / 1e6;
  return { mbPerSecond: megabytes / seconds, errors: urls.length - whole, megabytes };
}

async function outputOf(child: ChildProcess): Promise<string> {
  let output = "";
  child.stdout!.on("data", (bytes: Buffer) => {
    output += bytes.toString();
  });
  await new Promise((resolve) => child.once("close", resolve));
  return output;
}
