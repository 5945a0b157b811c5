import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Fault } from "../../src/base/fault.ts";
import { type SshServer, startSshServer } from "../../test/support/ssh-server.ts";
import type { BenchWish } from "../bench-wish.ts";
import { openScratch } from "../scratch.ts";
import { type Spread, spreadOf } from "../spread.ts";
import { costMs } from "../tftp/cost.ts";
import { PATH, replayedHost } from "./replayed-host.ts";

export const GOALS = { oneMs: 1000, mostBytes: 1 << 20, manyMs: 60_000 } as const;
const MANY = 200;
const SETTLES_MS = 500; // until sshd has waited for its children

/** One run: until it ended, and the processor time of all processes at each end. */
export type Cost = { readonly tookMs: number; readonly oursMs: number; readonly hostsMs: number };
export type Who = "rackhand" | "lynis";
export type Round = { readonly rackhand: Cost; readonly lynis?: Cost };
export type ChecksReport = {
  readonly measuredAt: string;
  readonly rounds: readonly Round[];
  /** lynis / rackhand, of each round; undefined: lynis was not asked for. */
  readonly ratios: { readonly took: Spread | undefined; readonly cpu: Spread | undefined };
  readonly bytes: { readonly sent: number; readonly received: number };
  readonly many: (Cost & { readonly hosts: number }) | undefined; // undefined: not asked for
  readonly goss: string; // why it was not measured
  readonly met: { readonly one: boolean; readonly bytes: boolean; readonly many: boolean | undefined };
};

/** All rules on a host over a real sshd, beside lynis started there by ssh, in turns. */
export async function benchChecks({
  rounds,
  isAsked,
  place,
  log,
  stopped,
}: BenchWish): Promise<ChecksReport> {
  const withLynis = isAsked("lynis");
  if (withLynis && !existsSync("/usr/sbin/lynis"))
    throw new Fault("setup.package-missing", { what: "lynis", missing: "lynis", packages: "lynis" });
  const scratch = openScratch();
  const sshds: SshServer[] = [];
  const servedBy = async (path: string) => {
    const sshd = await startSshServer(["MaxSessions 20", "MaxStartups 64"], { PATH: path });
    sshds.push(sshd);
    return setUp(sshd, place.entry);
  };
  const manyHosts = async () => {
    const { check } = await servedBy(await replayedHost(scratch.path, stopped));
    return { ...(await check(names(MANY))), hosts: MANY };
  };
  try {
    const bench = await servedBy(PATH);
    const done: Round[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const order: readonly Who[] = round % 2 === 0 ? ["rackhand", "lynis"] : ["lynis", "rackhand"];
      const costs: Partial<Record<Who, Cost>> = {};
      for (const who of order.filter((one) => one === "rackhand" || withLynis)) {
        stopped.throwIfAborted();
        costs[who] = await (who === "lynis" ? bench.lynis() : bench.check(["one"]));
      }
      done.push({ ...costs, rackhand: costs.rackhand! });
      log(`round ${round} of ${rounds}: ${JSON.stringify(costs)}`);
    }
    const bytes = await bench.counted();
    const many = isAsked("many") ? await manyHosts() : undefined;
    const ratio = (of: (cost: Cost) => number) =>
      spreadOf(done.flatMap(({ lynis, rackhand }) => (lynis ? [of(lynis) / of(rackhand)] : [])));
    const one = spreadOf(done.map(({ rackhand }) => rackhand.tookMs))!;
    return {
      ...{ measuredAt: new Date().toISOString(), rounds: done, bytes, many },
      ratios: { took: ratio(({ tookMs }) => tookMs), cpu: ratio(({ oursMs, hostsMs }) => oursMs + hostsMs) },
      goss: "goss is not in Debian: not measured",
      met: {
        one: one.median <= GOALS.oneMs,
        bytes: bytes.sent + bytes.received <= GOALS.mostBytes,
        many: many && many.tookMs <= GOALS.manyMs,
      },
    };
  } finally {
    for (const sshd of sshds) await sshd.stop();
    scratch.remove();
  }
}

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `one-${i + 1}`);

function setUp(sshd: SshServer, entry: readonly string[]) {
  const bin = join(sshd.place, "bin");
  mkdirSync(bin);
  // the program finds hosts where ssh does; here that is a file of our own
  const ssh = `#!/bin/sh
case " $* " in *" -F "*) exec /usr/bin/ssh "$@" ;; esac
exec /usr/bin/ssh -F ${sshd.config} "$@"
`;
  writeFileSync(join(bin, "ssh"), ssh);
  chmodSync(join(bin, "ssh"), 0o755);
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env.PATH}`,
    RACKHAND_STATE: join(sshd.place, "state"),
  };
  const timed = async (argv: readonly string[]) => {
    const before = [goneMs(), costMs(sshd.pid)] as const;
    const began = performance.now();
    const child = spawn(argv[0]!, argv.slice(1), { env, stdio: ["ignore", "pipe", "ignore"] });
    const out = await said(child);
    const tookMs = Math.round(performance.now() - began);
    await pause(SETTLES_MS);
    return { out, cost: { tookMs, oursMs: goneMs() - before[0], hostsMs: costMs(sshd.pid) - before[1] } };
  };
  const check = async (hosts: readonly string[]): Promise<Cost> => {
    const { out, cost } = await timed([...entry, "check", ...hosts, "--json"]);
    const answers = JSON.parse(out) as { host: string; trouble?: string }[];
    const lost = answers.find(({ trouble }) => trouble !== undefined);
    if (lost !== undefined || answers.length !== hosts.length)
      throw new Error(`not every host answered: ${lost?.trouble}`);
    return cost;
  };
  return {
    check,
    lynis: async (): Promise<Cost> => {
      const words = "lynis audit system --quick --no-colors --logfile /dev/null --report-file /dev/null";
      const { out, cost } = await timed([join(bin, "ssh"), "one", words]);
      if (!/Hardening index/.test(out)) throw new Error(`lynis did not come to its end: ${out.slice(-300)}`);
      return cost;
    },
    /** What goes over the wire, keys and all: through a relay that counts. */
    counted: async () => {
      const relay = await countingRelay(sshd.port);
      const to = readFileSync(sshd.config, "utf8").replace(/Port \d+/, `Port ${relay.port}`);
      const direct = readFileSync(sshd.config, "utf8");
      writeFileSync(sshd.config, to);
      try {
        await check(["one"]);
        return relay.bytes;
      } finally {
        writeFileSync(sshd.config, direct);
        relay.close();
      }
    },
  };
}

async function said(child: ChildProcess): Promise<string> {
  let out = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  await once(child, "close");
  return out;
}

/** Processor time of the children that this process has waited for: proc(5), cutime and cstime. */
function goneMs(): number {
  const stat = readFileSync("/proc/self/stat", "latin1");
  const words = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(words[13]) + Number(words[14])) * 10;
}

async function countingRelay(port: number) {
  const bytes = { sent: 0, received: 0 };
  const server = createServer((client) => {
    const host = connect(port, "127.0.0.1");
    client.on("data", (piece) => {
      bytes.sent += piece.length;
    });
    host.on("data", (piece) => {
      bytes.received += piece.length;
    });
    client.on("error", () => host.destroy());
    host.on("error", () => client.destroy());
    client.pipe(host).pipe(client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, bytes, close: () => server.close() };
}
