import { createServer, type Server, type Socket } from "node:net";

const KEPT_BYTES = 64 * 1024;
// SOL's character accumulate interval (IPMI 2.0 26.3): without it every few bytes are a packet, an answer,
// a wake-up.
const GATHERED_FOR_MS = 8;
// What lanserv/sol.c writes to a tcp line for a break: telnet's IAC BREAK, without telnet. No UTF-8 text
// has 0xff.
const BREAK = Buffer.from([0xff, 0xf3]);

/**
 * The serial cable between one machine and its BMC. Both ends are always open, so no byte is lost when
 * either side starts anew: what the machine says while its BMC is away waits, the latest 64 KiB of it.
 */
export class Cable {
  readonly #machineEnd: Server;
  readonly #bmcEnd: Server;
  readonly #onBreak: () => void;
  #machine: Socket | undefined;
  #bmc: Socket | undefined;
  #kept: Buffer = Buffer.alloc(0); // from the machine, not yet with the BMC
  #sending: NodeJS.Timeout | undefined;

  private constructor(onBreak: () => void) {
    this.#onBreak = onBreak;
    this.#machineEnd = createServer((socket) => this.#plugMachine(socket));
    this.#bmcEnd = createServer({ noDelay: true }, (socket) => this.#plugBmc(socket));
  }

  static async lay(ends: { machinePath: string; bmcPort: number; onBreak: () => void }): Promise<Cable> {
    const cable = new Cable(ends.onBreak);
    await listening(cable.#machineEnd, ends.machinePath);
    await listening(cable.#bmcEnd, { host: "127.0.0.1", port: ends.bmcPort });
    return cable;
  }

  close(): void {
    clearTimeout(this.#sending);
    for (const end of [this.#machine, this.#bmc]) end?.destroy();
    this.#machineEnd.close();
    this.#bmcEnd.close();
  }

  #plugMachine(socket: Socket): void {
    this.#machine = socket;
    socket.on("error", () => socket.destroy()); // QEMU was killed: its power is off, "close" follows
    socket.on("close", () => {
      if (this.#machine === socket) this.#machine = undefined;
    });
    socket.on("data", (bytes) => {
      this.#kept = Buffer.concat([this.#kept, bytes]);
      this.#sending ??= setTimeout(() => this.#toBmc(), GATHERED_FOR_MS);
    });
  }

  #toBmc(): void {
    this.#sending = undefined;
    const [machine, bmc] = [this.#machine, this.#bmc];
    if (bmc === undefined) {
      this.#kept = this.#kept.subarray(-KEPT_BYTES);
      return;
    }
    const taken = bmc.write(this.#kept);
    this.#kept = Buffer.alloc(0);
    if (taken || machine === undefined) return;
    machine.pause(); // the machine waits, as on a line with flow control
    bmc.once("drain", () => machine.resume());
    bmc.once("close", () => machine.resume());
  }

  #plugBmc(socket: Socket): void {
    this.#bmc?.destroy();
    this.#bmc = socket;
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      if (this.#bmc === socket) this.#bmc = undefined;
    });
    socket.on("data", (bytes) => this.#toMachine(bytes));
    this.#toBmc();
  }

  #toMachine(bytes: Buffer): void {
    const at = bytes.indexOf(BREAK);
    this.#machine?.write(at < 0 ? bytes : bytes.subarray(0, at));
    if (at < 0) return;
    this.#onBreak();
    this.#toMachine(bytes.subarray(at + BREAK.length));
  }
}

export function listening(server: Server, where: string | { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(where, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
