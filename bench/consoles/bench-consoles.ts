import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { remote } from "../../src/cli/remote.ts";
import type { Asks } from "../../src/cli/world.ts";
import { Recordings } from "../../src/console/recordings.ts";
import { makeState } from "../../src/main/place.ts";
import { Stack } from "../../src/main/stack.ts";
import type { BenchWish } from "../bench-wish.ts";
import { ranMsOf } from "../processes.ts";
import { openScratch } from "../scratch.ts";
import { askOnce, serveIn } from "../served.ts";
import { waitUntil } from "../wait-until.ts";
import { now, readLine } from "./line.mjs";

export const SOURCES = 500;
export const GOAL = { cpuShare: 0.3, p99Ms: 50 } as const;
export type Window = {
  readonly cpuShare: number; // of one core: service and agent
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly worst: number };
};
export type ConsolesReport = {
  readonly measuredAt: string;
  readonly sources: number;
  readonly secondsEach: number;
  readonly windows: readonly Window[];
  /** Processor time for all that was said, by the time that saying it takes: what a busy machine does not spoil. */
  readonly costShare: number;
  readonly lines: number; // that were sent
  readonly bytes: number;
  readonly lost: { readonly recorded: number; readonly viewed: number }; // lines, or such as came otherwise
  readonly residentBytes: number;
  readonly goal: { readonly met: boolean };
};

const WINDOW_S = 20;
const SETTLE_MS = 5000;
const STARTED_MS = 20_000; // what a service does once: it looks whether its image fits the mirror
const LINE_BYTES = 80;

/** `rackhand serve` and an agent of 500 machines whose consoles speak at 9600 bit/s, and of one at 115200 that is watched. */
export async function benchConsoles({ rounds, place, log, stopped }: BenchWish): Promise<ConsolesReport> {
  const opened = new Stack();
  try {
    return await measure({ rounds, entry: place.entry, log, stopped }, opened);
  } finally {
    await opened.stop();
  }
}

type How = Pick<BenchWish, "rounds" | "log" | "stopped"> & { readonly entry: readonly string[] };

async function measure({ rounds, entry, log, stopped }: How, opened: Stack): Promise<ConsolesReport> {
  const scratch = opened.add(openScratch(), (one) => one.remove());
  const [state, pipes] = [join(scratch.path, "state"), join(scratch.path, "pipes")];
  makeState(state);
  mkdirSync(pipes);
  const names = [...Array.from({ length: SOURCES }, (_, i) => `m${i}`), "fast"];
  execFileSync(
    "mkfifo",
    names.map((name) => join(pipes, name)),
  );
  const served = opened.add(await serveIn(state, entry), (one) => one.stop());
  const answers = async () => (await askOnce(`${served.url}/api/status`))?.status === 200;
  await waitUntil(answers, { what: "ready", withinMs: 120_000, everyMs: 200, stopped });
  const api = remote(served.url);
  const agent = spawn(
    process.execPath,
    [join(import.meta.dirname, "agent.mjs"), "agent", state, pipes, `${SOURCES}`],
    {
      stdio: ["pipe", "ignore", "inherit"],
    },
  );
  opened.add(agent, stopChild);
  const attached = async () =>
    (await api.ask("listMachines", {})).machines.filter(({ console }) => console.is === "attached").length;
  const all = async () => (await attached()) === names.length;
  await waitUntil(all, { what: "attached", withinMs: 300_000, everyMs: 1000, stopped });
  log(`${names.length} consoles are attached`);
  await pause(STARTED_MS, undefined, { signal: stopped });

  const ours = [served.pid, agent.pid!];
  const ran = () => ours.map(ranMsOf).reduce((a, b) => a + b);
  const viewer = await view(api, log);
  const source = spawn(process.execPath, [join(import.meta.dirname, "generate.mjs"), pipes, `${SOURCES}`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  opened.add(source, stopChild);
  const counts = text(source.stdout);
  const ranBefore = ran();
  await pause(SETTLE_MS, undefined, { signal: stopped });
  const measured: Window[] = [];
  for (let i = 0; i < rounds; i += 1) {
    viewer.latencies.length = 0;
    const before = ran();
    const began = performance.now();
    await pause(WINDOW_S * 1000, undefined, { signal: stopped });
    const cpuShare = (ran() - before) / (performance.now() - began);
    measured.push({ cpuShare, latencyMs: quantiles(viewer.latencies) });
    log(`window ${i + 1}: ${JSON.stringify(measured.at(-1))}`);
  }
  source.stdin.write("enough"); // and not the end: five hundred lines that are lost are attached again
  const sent = JSON.parse(await counts) as Record<string, number>;
  const caughtUp = () => viewer.whole() >= sent.fast!;
  await waitUntil(async () => caughtUp(), { what: "caught up", withinMs: 120_000, everyMs: 500, stopped });
  await pause(SETTLE_MS);
  const ranMsInAll = ran() - ranBefore;
  const residentBytes = ours.map(residentOf).reduce((a, b) => a + b);
  viewer.close();
  const lines = Object.values(sent).reduce((a, b) => a + b);
  const saysForMs = (lines * LINE_BYTES * 1000) / (SOURCES * 960 + 11_520);
  const costShare = ranMsInAll / saysForMs;
  let recorded = 0;
  for (const [name, many] of Object.entries(sent)) recorded += many - (await recordedLines(state, name));
  const lost = { recorded, viewed: sent.fast! - viewer.whole() };
  const met =
    recorded === 0 &&
    lost.viewed === 0 &&
    costShare < GOAL.cpuShare &&
    measured.every(({ cpuShare, latencyMs }) => cpuShare < GOAL.cpuShare && latencyMs.p99 < GOAL.p99Ms);
  const report = {
    sources: SOURCES,
    secondsEach: WINDOW_S,
    windows: measured,
    costShare,
    lines,
    bytes: lines * LINE_BYTES,
  };
  return { measuredAt: new Date().toISOString(), ...report, lost, residentBytes, goal: { met } };
}

/** Watches the fast one: each line is compared with its checksum, and its way here timed. */
async function view(api: Asks, log: (line: string) => void) {
  const latencies: number[] = [];
  let [rest, expected, wrong] = ["", 0, 0];
  const stream = await api.stream(
    "console",
    { name: "fast", who: "bench" },
    {
      frame: (say) => {
        if (say.is !== "bytes") return;
        const lines = (rest + Buffer.from(say.data, "base64").toString("latin1")).split("\r\n");
        rest = lines.pop()!;
        for (const line of lines) {
          const read = readLine(line);
          if (read === undefined || read.number !== expected) wrong += 1;
          if (read === undefined) continue;
          expected = read.number + 1;
          latencies.push(Number(now() - read.at) / 1e6);
        }
      },
      closed: (why) => log(`the viewer was closed: ${why}`),
    },
  );
  return { latencies, whole: () => expected - wrong, close: () => stream.close() };
}

/** How many lines stand in its recordings in order and as they were sent, from the first on. */
async function recordedLines(state: string, name: string): Promise<number> {
  const recordings = new Recordings(join(state, "recordings"));
  let said = "";
  for (const { file } of (await recordings.names(name)).reverse()) {
    const { events } = await recordings.read(name, file, { from: 0, most: Number.POSITIVE_INFINITY });
    said += events.flatMap(({ code, text: words }) => (code === "o" ? [words] : [])).join("");
  }
  let whole = 0;
  for (const line of said.split("\r\n")) if (readLine(line)?.number === whole) whole += 1;
  return whole;
}

function residentOf(pid: number): number {
  const [, kib = "0"] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) * 1024;
}

async function stopChild(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.exitCode ?? child.signalCode ?? child.once("exit", resolve));
  child.kill("SIGTERM");
  if (child.exitCode === null && child.signalCode === null) await gone;
}

function quantiles(all: readonly number[]) {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), worst: at(1) };
}
