import { type ChildProcess, spawn } from "node:child_process";
import { Cable } from "./cable.ts";
import { type RackMachine, solPortOf } from "./core/layout.ts";
import { type BootWord, type QemuPlan, qemuArgv, type Screen } from "./core/qemu-argv.ts";
import { Monitor } from "./qmp.ts";

const QEMU = "qemu-system-x86_64";

export type Runs = {
  readonly disk: string | undefined;
  readonly screen: Screen;
  accel(): Promise<QemuPlan["accel"]>;
  log(line: string): void;
};

/** One virtual server: its QEMU process is there while its power is on. Acts wait for one another. */
export class Machine {
  readonly row: RackMachine;
  readonly #runs: Runs;
  #cable: Cable | undefined;
  #monitor: Monitor | undefined;
  #qemu: { process: ChildProcess; gone: Promise<void> } | undefined;
  #rebooting = false;
  #closed = false;
  #before: Promise<unknown> = Promise.resolve();
  boot: BootWord = "none"; // for the next start

  constructor(row: RackMachine, runs: Runs) {
    this.row = row;
    this.#runs = runs;
  }

  async open(): Promise<void> {
    const { name } = this.row;
    const onBreak = () => this.#monitor?.say("chardev-send-break", { id: "serial0" });
    this.#cable = await Cable.lay({ machinePath: `${name}.serial`, bmcPort: solPortOf(this.row), onBreak });
    this.#monitor = await Monitor.open(`${name}.qmp`, ({ event, data }) => {
      if (event === "SHUTDOWN" && data?.reason === "guest-reset") this.#rebooting = true;
    });
  }

  get pid(): number | undefined {
    return this.#qemu?.process.pid;
  }

  on(): Promise<void> {
    return this.#inTurn(() => this.#start());
  }

  off(): Promise<void> {
    return this.#inTurn(() => this.#stop());
  }

  /** The reset button. It does nothing to a machine that is off: false. */
  reset(): Promise<boolean> {
    return this.#inTurn(async () => {
      if (this.#qemu === undefined) return false;
      await this.#stop();
      await this.#start();
      return true;
    });
  }

  /** The power button: the operating system may listen to it. */
  soft(): boolean {
    return this.#monitor?.say("system_powerdown") ?? false;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.off();
    this.#monitor?.close();
    this.#cable?.close();
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#before.then(act);
    this.#before = done.catch(() => {}); // whoever asked for that act hears of it
    return done;
  }

  async #stop(): Promise<void> {
    this.#qemu?.process.kill("SIGKILL");
    await this.#qemu?.gone;
  }

  async #start(): Promise<void> {
    if (this.#qemu !== undefined || this.#closed) return;
    const accel = await this.#runs.accel();
    const { disk, screen } = this.#runs;
    const argv = qemuArgv({ machine: this.row, accel, boot: this.boot, screen, disk });
    const process = spawn(QEMU, argv, { stdio: ["ignore", "pipe", "pipe"] });
    for (const output of [process.stdout, process.stderr]) {
      output.on("data", (bytes: Buffer) => this.#runs.log(`${this.row.name}: ${bytes.toString().trim()}`));
    }
    await new Promise<void>((resolve, reject) => process.once("spawn", resolve).once("error", reject));
    this.boot = "none"; // IPMI 2.0 28.13: a one-time override is used up by the start
    const gone = new Promise<void>((resolve) => process.once("exit", () => resolve(this.#ended())));
    this.#qemu = { process, gone };
  }

  #ended(): void {
    this.#qemu = undefined;
    if (this.#rebooting)
      this.on().catch((failure: unknown) => this.#runs.log(`${this.row.name}: ${failure}`));
    this.#rebooting = false;
  }
}
