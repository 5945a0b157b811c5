import { type ChildProcess, spawn } from "node:child_process";
import {
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** A machine of QEMU's with nothing but a live hand in memory, and the service's side of its errands in this process. */
export type HandMachine = {
  readonly linux: string;
  readonly initrd: string;
  readonly disks: readonly RigDisk[];
  readonly firmware?: RigFirmware; // not given: BIOS
  readonly files: Readonly<Record<string, string>>; // name after file/, path here
  readonly sshPort?: number;
};
export type RigDisk = { readonly file: string; readonly serial: string; readonly as?: keyof typeof BUSES };
/**
 * UEFI and a directory of its own, for its variables. With the directory of a signed shim and GRUB, such as an
 * installer's tree has, Secure Boot is on, and the hand comes from the network by these; else QEMU loads its kernel.
 */
export type RigFirmware = { readonly desk: string; readonly signed?: string };
const PLAIN = {
  machine: ["-machine", "q35,accel=tcg,graphics=off"],
  code: "OVMF_CODE.fd",
  vars: "OVMF_VARS.fd",
};
/** Microsoft's keys are enrolled in these variables, and only code in SMM may write them. */
const SECURE = {
  machine: [
    ...["-machine", "q35,accel=tcg,graphics=off,smm=on", "-global", "ICH9-LPC.disable_s3=1"],
    ...["-global", "driver=cfi.pflash01,property=secure,value=on"],
  ],
  ...{ code: "OVMF_CODE_4M.secboot.fd", vars: "OVMF_VARS_4M.ms.fd" },
};
/** Where Debian's signed GRUB looks for its menu, and shim lies. */
const NETBOOT = "debian-installer/amd64";
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
    const { linux, initrd, firmware } = this.#machine;
    const words = `console=ttyS0,115200n8 quiet rackhand.hand=http://10.0.2.2:${port}/private/token/`;
    if (firmware?.signed === undefined)
      return this.#start(["-kernel", linux, "-initrd", initrd, "-append", words]);
    layNetboot(firmware.desk, firmware.signed, [
      ...[`linux (http,10.0.2.2:${port})/private/token/file/linux ${words}`],
      ...[`initrd (http,10.0.2.2:${port})/private/token/file/initrd`, "boot"],
    ]);
    this.#start([], `,tftp=${firmware.desk},bootfile=${NETBOOT}/bootnetx64.efi`);
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
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`no hand answered ${id}:\n${this.console.slice(-3000)}`));
      const limit = setTimeout(late, withinMs);
      this.#answered = (answer) => {
        clearTimeout(limit);
        resolve(answer);
      };
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

  /** `netboot`: where its card loads from, before its disks. */
  #start(boot: string[], netboot = ""): void {
    const { disks, firmware, sshPort } = this.#machine;
    const forward = sshPort === undefined ? "" : `,hostfwd=tcp:127.0.0.1:${sshPort}-:22`;
    const argv = [
      ...["-nodefaults", "-no-user-config", "-m", "2048", "-display", "none", "-no-reboot"],
      ...(firmware === undefined ? ["-machine", "pc,accel=tcg,graphics=off"] : uefiArgv(firmware)),
      ...["-cpu", "max", "-smp", "2", "-serial", "stdio", "-netdev", `user,id=n0${forward}${netboot}`],
      ...["-device", `virtio-net-pci,netdev=n0${netboot === "" ? "" : ",romfile=,bootindex=0"}`],
      ...["-object", "rng-random,id=rng0,filename=/dev/urandom", "-device", "virtio-rng-pci,rng=rng0"],
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
    const { linux, initrd, files } = this.#machine;
    const path = { linux, initrd, ...files }[name];
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

function uefiArgv({ desk, signed }: RigFirmware): string[] {
  const { machine, code, vars } = signed === undefined ? PLAIN : SECURE;
  const own = join(desk, "vars.fd");
  if (!existsSync(own)) copyFileSync(join("/usr/share/OVMF", vars), own); // it remembers its entries
  const flash = (unit: number, file: string) => `if=pflash,format=raw,unit=${unit},file=${file}`;
  return [
    ...machine,
    ...["-drive", `${flash(0, join("/usr/share/OVMF", code))},readonly=on`, "-drive", flash(1, own)],
  ];
}

function layNetboot(desk: string, signed: string, menu: readonly string[]): void {
  const place = join(desk, NETBOOT);
  mkdirSync(join(place, "grub"), { recursive: true });
  for (const file of ["bootnetx64.efi", "grubx64.efi"])
    if (!existsSync(join(place, file))) symlinkSync(join(signed, file), join(place, file));
  writeFileSync(join(place, "grub/grub.cfg"), `${menu.join("\n")}\n`);
}
