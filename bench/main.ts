import { join } from "node:path";
import { parseArgs } from "node:util";
import { complaint } from "../src/cli/run.ts";
import { findPlace, type Place } from "../src/main/place.ts";
import type { BenchWish } from "./bench-wish.ts";
import { benchBisect, bisectLines } from "./bisect/bench-bisect.ts";
import { benchBoot } from "./boot/bench-boot.ts";
import { bootLines } from "./boot/boot-lines.ts";
import { benchChecks } from "./checks/bench-checks.ts";
import { checksLines } from "./checks/checks-lines.ts";
import { benchConsoles } from "./consoles/bench-consoles.ts";
import { consolesLines } from "./consoles/consoles-lines.ts";
import { benchDhcp } from "./dhcp/bench-dhcp.ts";
import { dhcpJudged, dhcpLines } from "./dhcp/dhcp-lines.ts";
import { benchHttp } from "./http/bench-http.ts";
import { httpLines, httpMet } from "./http/http-lines.ts";
import { benchIdle } from "./idle/bench-idle.ts";
import { idleLines } from "./idle/idle-lines.ts";
import { benchMirror } from "./mirror/bench-mirror.ts";
import { mirrorLines, mirrorMet } from "./mirror/mirror-lines.ts";
import { benchPage, pageLines } from "./page/bench-page.ts";
import { benchStart } from "./start/bench-start.ts";
import { startLines } from "./start/start-lines.ts";
import { benchTftp } from "./tftp/bench-tftp.ts";
import { tftpLines, tftpMet } from "./tftp/tftp-lines.ts";
import { benchUefi, uefiLines } from "./uefi/bench-uefi.ts";

const USAGE = `npm run bench -- WHAT [--rounds N] [--json] [--only WORDS] [--apart]
  bisect  simulated searches at a claimed error of 1 %, beside the goals (200 sessions a row)
  boot    power-on to the kernel's first line, beside dnsmasq with PXELINUX (5 rounds)
  consoles  500 consoles at 9600 bit/s and one at 115200 with a viewer: CPU, losses, latency (3 windows)
  checks  all rules on a host over ssh, beside lynis; then 200 hosts (5 rounds; --only rackhand|lynis|many)
  dhcp    leases of 2,000 clients behind a relay, beside Kea (5 rounds)
  http    files by HTTP, beside nginx (5 rounds)
  idle    memory of the service when nothing happens, with one machine and without (3 rounds)
  mirror  Debian's packages through the mirror, beside apt-cacher-ng (5 rounds)
  page    the page with a thousand machines that change, in Chromium (5 rounds)
  start   starting the service to its first answer, with an empty state and again (5 rounds)
  uefi    power-on to the kernel's first line of OVMF, beside dnsmasq with shim and GRUB (5 rounds)
  tftp    files by TFTP, beside tftpd-hpa, atftpd and dnsmasq (5 rounds)
Of bisect, http, mirror and tftp: --only, the rows with these words in their name; --apart, a core for client and server each.
Exit 0: every goal met; 1: a goal missed; 2: not measured.`;

type Outcome = { readonly report: object; readonly lines: readonly string[]; readonly met: boolean };
type Bench = { readonly rounds: number; run(wish: BenchWish): Promise<Outcome> };

const BENCHES: Readonly<Record<string, Bench>> = {
  bisect: {
    rounds: 200,
    run: async (wish) => {
      const report = await benchBisect(wish);
      return { report, lines: bisectLines(report), met: report.met };
    },
  },
  boot: {
    rounds: 5,
    run: async (wish) => {
      const report = await benchBoot(wish);
      return { report, lines: bootLines(report), met: report.goal.met };
    },
  },
  consoles: {
    rounds: 3,
    run: async (wish) => {
      const report = await benchConsoles(wish);
      return { report, lines: consolesLines(report), met: report.goal.met };
    },
  },
  checks: {
    rounds: 5,
    run: async (wish) => {
      const report = await benchChecks(wish);
      const { one, bytes, many = true } = report.met;
      return { report, lines: checksLines(report), met: one && bytes && many };
    },
  },
  dhcp: {
    rounds: 5,
    run: async (wish) => {
      const report = await benchDhcp(wish);
      const goal = dhcpJudged(report);
      return { report: { ...report, goal }, lines: dhcpLines(report), met: goal.met };
    },
  },
  http: {
    rounds: 5,
    run: async (wish) => {
      const report = await benchHttp(wish);
      return { report, lines: httpLines(report), met: httpMet(report) };
    },
  },
  idle: {
    rounds: 3,
    run: async (wish) => {
      const report = await benchIdle(wish);
      return { report, lines: idleLines(report), met: report.goal.met };
    },
  },
  mirror: {
    rounds: 5,
    run: async (wish) => {
      const report = await benchMirror(wish);
      return { report, lines: mirrorLines(report), met: mirrorMet(report) };
    },
  },
  start: {
    rounds: 5,
    run: async (wish) => {
      const report = await benchStart(wish);
      return { report, lines: startLines(report), met: report.goal.met };
    },
  },
  page: {
    rounds: 5,
    run: async (wish) => {
      const report = await benchPage(wish);
      return { report, lines: pageLines(report), met: report.goal.met };
    },
  },
  uefi: {
    rounds: 5,
    run: async (wish) => {
      const report = await benchUefi(wish);
      return { report, lines: uefiLines(report), met: report.goal.met };
    },
  },
  tftp: {
    rounds: 5,
    run: async (wish) => {
      const report = await benchTftp(wish);
      return { report, lines: tftpLines(report), met: tftpMet(report) };
    },
  },
};

const err = (line: string) => void process.stderr.write(`${line}\n`);
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);

process.exitCode = await run(process.argv.slice(2));

/** The first time in order; the second time at once, and the kernel ends what runs in the racks. */
function stop(): void {
  if (stopping.signal.aborted) process.exit(130);
  stopping.abort();
}

/** 0: measured, every goal met; 1: a goal missed; 2: could not be measured. */
async function run(args: string[]): Promise<number> {
  const asked = readArgs(args);
  if (asked === undefined) {
    err(USAGE);
    return 2;
  }
  const { bench, rounds, json, only, apart } = asked;
  try {
    const { report, lines, met } = await bench.run({
      rounds,
      isAsked: (row) => row.includes(only),
      apart,
      place: builtPlace(),
      log: err,
      stopped: stopping.signal,
    });
    const out = json ? [JSON.stringify(report, null, 2)] : lines;
    for (const line of out) process.stdout.write(`${line}\n`);
    return met ? 0 : 1;
  } catch (error) {
    if (stopping.signal.aborted) err("Stopped; nothing was measured.");
    else for (const line of complaint(error)) err(line);
    return 2;
  }
}

type Args = { bench: Bench; rounds: number; json: boolean; only: string; apart: boolean };

function readArgs(args: string[]): Args | undefined {
  try {
    const options = {
      rounds: { type: "string" },
      json: { type: "boolean", default: false },
      only: { type: "string", default: "" },
      apart: { type: "boolean", default: false },
    } as const;
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const bench = positionals.length === 1 ? BENCHES[positionals[0]!] : undefined;
    if (bench === undefined) return undefined;
    const rounds = values.rounds === undefined ? bench.rounds : Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) return undefined;
    return { bench, rounds, json: values.json, only: values.only, apart: values.apart };
  } catch {
    return undefined; // a word that nobody knows
  }
}

/** The built program is measured, not its sources under a loader. */
function builtPlace(): Place {
  const place = findPlace(process.env, process.getuid?.() ?? 0);
  return { ...place, entry: [process.execPath, join(import.meta.dirname, "../dist/program/rackhand.js")] };
}
