import type { ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { BenchWish } from "../bench-wish.ts";
import { type Cable, openCable } from "../cable.ts";
import { openScratch } from "../scratch.ts";
import { costMs } from "../tftp/cost.ts";
import { type Peers, unpackPeers } from "../tftp/peers.ts";
import { ROWS, type Row } from "./rows.ts";
import { type Counted, readWrk } from "./wrk.ts";

export type Name = "rackhand" | "nginx";
export type Reading = Counted & { readonly row: string; readonly server: Name; readonly costMs: number };
export type HttpReport = { readonly readings: readonly Reading[] };

const ADDRESSES: Readonly<Record<Name, string>> = { rackhand: "10.9.0.1", nginx: "10.9.0.2" };
const NAMES = Object.keys(ADDRESSES) as Name[];
const RUN_SECONDS = 2;
const UP_WITHIN_MS = 20_000;

export async function benchHttp({ rounds, isAsked, apart, log, stopped }: BenchWish): Promise<HttpReport> {
  const peers = unpackPeers("http", log);
  const scratch = openScratch();
  let cable: Cable | undefined;
  try {
    cable = await openCable({ servers: NAMES.length, apart });
    const tree = join(scratch.path, "tree");
    mkdirSync(tree);
    for (const { bytes } of ROWS) writeFileSync(join(tree, fileOf(bytes)), content(bytes));
    const pids = new Map<Name, number>();
    for (const name of NAMES) {
      const argv = name === "nginx" ? nginx(scratch.path, peers) : boot(tree);
      pids.set(name, cable.start("server", argv, peers.env).pid!);
    }
    for (const name of NAMES) for (const { bytes } of ROWS) await verify(cable, name, bytes);
    const readings: Reading[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      log(`Round ${round} of ${rounds}`);
      for (const row of ROWS.filter(({ name }) => isAsked(name)))
        for (const name of round % 2 === 0 ? NAMES : [...NAMES].reverse()) {
          stopped.throwIfAborted();
          const before = costMs(pids.get(name)!);
          const counted = await load(cable, peers, row, name);
          readings.push({
            ...counted,
            row: row.name,
            server: name,
            costMs: costMs(pids.get(name)!) - before,
          });
        }
    }
    return { readings };
  } finally {
    await cable?.close();
    scratch.remove();
  }
}

const fileOf = (bytes: number): string => `file-${bytes}`;
const urlOf = (name: Name, bytes: number): string => `http://${ADDRESSES[name]}/${fileOf(bytes)}`;
const content = (bytes: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: bytes }, (_, i) => (i * 7 + (i >> 8)) & 255));
const boot = (tree: string): string[] => [
  process.execPath,
  join(import.meta.dirname, "../tftp/serve-boot.mjs"),
  "s0",
  ADDRESSES.rackhand,
  tree,
];

/** As Debian sets it up, with keep-alive that outlasts the measurement and no log. */
function nginx(home: string, { program }: Peers): string[] {
  const conf = join(home, "nginx.conf");
  const own = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  writeFileSync(
    conf,
    `user root; daemon off; worker_processes 2; pid ${home}/nginx.pid; error_log /dev/null;
events { worker_connections 1024; }
http {
  sendfile on; tcp_nopush on; access_log off; keepalive_requests 1000000000;
  ${own.map((name) => `${name}_temp_path ${home}/nginx-${name};`).join(" ")}
  server { listen ${ADDRESSES.nginx}:80; root ${home}/tree; }
}
`,
  );
  return [program("usr/sbin/nginx"), "-c", conf, "-p", home, "-e", "/dev/null"];
}

/** Asked until it answers; then every byte is compared. */
async function verify(cable: Cable, name: Name, bytes: number): Promise<void> {
  const script = `const answer = await fetch(${JSON.stringify(urlOf(name, bytes))});
    const hash = (await import("node:crypto")).createHash("sha256");
    process.stdout.write(hash.update(Buffer.from(await answer.arrayBuffer())).digest("hex"));`;
  const wanted = createHash("sha256").update(content(bytes)).digest("hex");
  for (const until = performance.now() + UP_WITHIN_MS; ; await pause(200)) {
    const got = await outputOf(
      cable.start("client", [process.execPath, "--input-type=module", "-e", `try { ${script} } catch {}`]),
    );
    if (got === wanted) return;
    if (got !== "" || performance.now() > until)
      throw new Error(`${name} does not give ${fileOf(bytes)} whole`);
  }
}

async function load(cable: Cable, peers: Peers, row: Row, name: Name): Promise<Counted> {
  const { bytes, connections } = row;
  const args = ["-t1", `-c${connections}`, `-d${RUN_SECONDS}s`, "--latency", "--timeout", "30s"];
  const child = cable.start("client", [peers.program("usr/bin/wrk"), ...args, urlOf(name, bytes)], peers.env);
  return readWrk(await outputOf(child));
}

async function outputOf(child: ChildProcess): Promise<string> {
  let output = "";
  child.stdout!.on("data", (bytes: Buffer) => {
    output += bytes.toString();
  });
  await new Promise((resolve) => child.once("close", resolve));
  return output;
}
