import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { RackMachine } from "./core/layout.ts";
import { lanConf, SIM_COMMANDS } from "./core/sim-config.ts";

const STARTS_WITHIN_MS = 10_000;
const AGAIN_AFTER_MS = 1000;

/** One machine's BMC: an ipmi_sim that is started again when it ends before `close`. */
export class BmcSim {
  readonly #row: RackMachine;
  readonly #log: (line: string) => void;
  #sim: ChildProcess | undefined;
  #again: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(row: RackMachine, log: (line: string) => void) {
    this.#row = row;
    this.#log = log;
  }

  async open(): Promise<void> {
    const { name } = this.#row;
    writeFileSync(`${name}.conf`, lanConf(this.#row), { mode: 0o600 });
    writeFileSync(`${name}.emu`, SIM_COMMANDS);
    mkdirSync(`${name}.bmc`, { recursive: true });
    this.#start();
    await this.#listens();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#again);
    const sim = this.#sim;
    if (sim === undefined || sim.exitCode !== null || sim.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => sim.once("exit", () => resolve()));
    sim.kill("SIGKILL"); // it keeps nothing that outlives the rack
    await gone;
  }

  #start(): void {
    const { name } = this.#row;
    const argv = ["-c", `${name}.conf`, "-f", `${name}.emu`, "-s", `${name}.bmc`, "-n"];
    const sim = spawn("ipmi_sim", argv, { stdio: ["ignore", "pipe", "pipe"] });
    this.#sim = sim;
    for (const output of [sim.stdout, sim.stderr]) {
      output.on("data", (bytes: Buffer) => this.#log(`BMC of ${name}: ${bytes.toString().trim()}`));
    }
    sim.once("error", (failure) => this.#log(`BMC of ${name}: ${failure.message}`));
    sim.once("close", () => {
      this.#sim = undefined;
      if (!this.#closed) this.#again = setTimeout(() => this.#start(), AGAIN_AFTER_MS);
    });
  }

  /** The simulator does not say when it is ready; the kernel's table of UDP sockets does. */
  async #listens(): Promise<void> {
    const socket = ` ${kernelForm(this.#row.bmc)} `;
    for (const until = Date.now() + STARTS_WITHIN_MS; Date.now() < until; await pause(20)) {
      if (readFileSync("/proc/net/udp", "latin1").includes(socket)) return;
    }
    throw new Error(`ipmi_sim of ${this.#row.name} does not listen after ${STARTS_WITHIN_MS / 1000} s`);
  }
}

/**
 * 10.77.1.101:623 is 65014D0A:026F in /proc/net/udp: the address in the processor's order (here little-
 * endian).
 */
function kernelForm({ address, port }: { address: string; port: number }): string {
  const digits = (number: number, width: number) => number.toString(16).toUpperCase().padStart(width, "0");
  const bytes = address
    .split(".")
    .reverse()
    .map((byte) => digits(Number(byte), 2));
  return `${bytes.join("")}:${digits(port, 4)}`;
}
