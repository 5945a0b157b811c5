import { type ChildProcess, spawn } from "node:child_process";
import { createReadStream, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** A machine of QEMU's with nothing but a live hand in memory, and the service's side of its errands in this process. */
export type HandMachine = {
  readonly linux: string;
  readonly initrd: string;
  readonly disks: readonly RigDisk[];
  readonly vars?: string; // UEFI: a copy of its variables; else BIOS
  readonly files: Readonly<Record<string, string>>; // name after file/, path here
  readonly sshPort?: number;
};
export type RigDisk = { readonly file: string; readonly serial: string; readonly as?: keyof typeof BUSES };
/** What the disk is plugged into; an SSD, where that can be said. */
const BUSES = {
  virtio: "virtio-blk-pci",
  nvme: "nvme",
  scsi: "scsi-hd,bus=scsi0.0,rotation_rate=1",
  sata: "ide-hd,bus=sata0.0,rotation_rate=1",
};
type Errand = { id: string; script: string; withinMs: number };
type Answer = { readonly code: number; readonly output: string };

export class HandRig {
  readonly #machine: HandMachine;
  #server: Server | undefined;
  #qemu: ChildProcess | undefined;
  #wanted: Errand | undefined;
  #answered: ((answer: Answer) => void) | undefined;
  console = "";
  fetched = 0;
  /** Changes a byte of each piece of a file. */
  spoil = false;

  constructor(machine: HandMachine) {
    this.#machine = machine;
  }

  /** Power on, into the live hand. */
  async bootHand(): Promise<void> {
    this.#server ??= await this.#serve();
    const { port } = this.#server.address() as AddressInfo;
    const { linux, initrd } = this.#machine;
    const words = `console=ttyS0,115200n8 quiet rackhand.hand=http://10.0.2.2:${port}/private/token/`;
    this.#start(["-kernel", linux, "-initrd", initrd, "-append", words]);
  }

  bootDisk(): void {
    this.#start([]);
  }

  /** As pulling the plug does. */
  async cutPower(): Promise<void> {
    const gone = new Promise((resolve) => this.#qemu?.once("exit", resolve) ?? resolve(null));
    this.#qemu?.kill("SIGKILL");
    await gone;
    this.#qemu = undefined;
  }

  errand(id: string, script: string, withinMs = 230_000): Promise<Answer> {
    return new Promise((resolve) => {
      this.#answered = resolve;
      this.#wanted = { id, script, withinMs };
    });
  }

  async seen(pattern: RegExp, withinMs: number): Promise<void> {
    for (const until = Date.now() + withinMs; !pattern.test(this.console); await pause(200)) {
      if (Date.now() > until) throw new Error(`${pattern} was not seen:\n${this.console.slice(-3000)}`);
      if (this.#qemu?.exitCode != null) throw new Error(`QEMU ended:\n${this.console.slice(-3000)}`);
    }
  }

  async close(): Promise<void> {
    await this.cutPower();
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  #start(boot: string[]): void {
    const { disks, vars, sshPort } = this.#machine;
    const forward = sshPort === undefined ? "" : `,hostfwd=tcp:127.0.0.1:${sshPort}-:22`;
    const argv = [
      ...["-nodefaults", "-no-user-config", "-m", "2048", "-display", "none", "-no-reboot"],
      ...["-machine", `${vars ? "q35" : "pc"},accel=tcg,graphics=off`, "-cpu", "max", "-smp", "2"],
      ...["-serial", "stdio", "-nic", `user,model=virtio-net-pci${forward}`],
      ...["-object", "rng-random,id=rng0,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=rng0"],
      ...(vars
        ? [
            ...["-drive", "if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE.fd"],
            ...["-drive", `if=pflash,format=raw,file=${vars}`],
          ]
        : []),
      ...(disks.some(({ as }) => as === "scsi") ? ["-device", "virtio-scsi-pci,id=scsi0"] : []),
      ...(disks.some(({ as }) => as === "sata") ? ["-device", "ahci,id=sata0"] : []),
      ...disks.flatMap(({ file, serial, as = "virtio" }, i) => [
        ...["-drive", `if=none,id=d${i},format=raw,cache=unsafe,discard=unmap,file=${file}`],
        ...["-device", `${BUSES[as]},drive=d${i},serial=${serial},bootindex=${i + 1}`],
      ]),
      ...boot,
    ];
    this.console = "";
    this.#qemu = spawn("qemu-system-x86_64", argv, { stdio: ["ignore", "pipe", "pipe"] });
    for (const output of [this.#qemu.stdout!, this.#qemu.stderr!])
      output.on("data", (bytes: Buffer) => {
        this.console += bytes.toString("latin1");
      });
  }

  async #serve(): Promise<Server> {
    const server = createServer(async (request, response) => {
      const word = request.url!.replace("/private/token/", "");
      if (word.startsWith("file/")) return this.#give(word.slice(5), request.headers.range, response);
      const parts: Buffer[] = [];
      for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
      if (word === "errand") {
        for (const until = Date.now() + 20_000; this.#wanted === undefined && Date.now() < until; )
          await pause(100);
        const wanted = this.#wanted;
        if (wanted === undefined) return response.writeHead(204).end();
        const headers = { "X-Errand": wanted.id, "X-Within": String(Math.ceil(wanted.withinMs / 1000)) };
        return response.writeHead(200, headers).end(wanted.script);
      }
      if (word.startsWith("done/")) {
        this.#wanted = undefined;
        this.#answered?.({
          code: Number(request.headers["x-exit"]),
          output: Buffer.concat(parts).toString(),
        });
      }
      return response.writeHead(200).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  #give(name: string, range: string | undefined, response: import("node:http").ServerResponse): unknown {
    const path = this.#machine.files[name];
    if (path === undefined) return response.writeHead(404).end();
    const bytes = statSync(path).size;
    const [, from, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
    const [start, end] = [Number(from ?? 0), Number(last ?? bytes - 1)];
    this.fetched = end;
    response.writeHead(206, {
      "Content-Length": end - start + 1,
      "Content-Range": `bytes ${start}-${end}/${bytes}`,
    });
    const stream = createReadStream(path, { start, end });
    if (!this.spoil) return stream.pipe(response);
    return stream
      .on("data", (chunk) => response.write(Buffer.from(chunk).fill(0, 0, 1)))
      .on("end", () => response.end());
  }
}
