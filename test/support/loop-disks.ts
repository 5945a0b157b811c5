import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const LOOP_BYTES = 8 * 2 ** 20;
const PROGRAMS = ["losetup", "unshare", "blkdiscard", "lsblk", "mkfs.ext4"];
/** Why there can be none here, in words for a test's name. */
export const noLoops =
  process.getuid?.() !== 0
    ? "not root"
    : PROGRAMS.filter((name) => spawnSync("which", [name]).status !== 0).map((name) => `no ${name}`)[0];

/**
 * Loop devices that pass for disks of any name: scripts are changed so that they find them, and what is said of
 * kinds and serial numbers, below a directory. Everything that is written is written to the kernel's loop devices.
 */
export class LoopDisks {
  readonly place = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "loop-disks-"));
  readonly #devices = new Map<string, string>();

  constructor(names: readonly string[]) {
    for (const directory of ["dev", "sys", "bin", "run"]) mkdirSync(join(this.place, directory));
    for (const name of ["null", "zero", "urandom"])
      symlinkSync(`/dev/${name}`, join(this.place, "dev", name));
    for (const name of names) this.#add(name);
    const rows = names.map((name) => `${name} disk`).join("\\n");
    const serials = names.map((name) => `*"SERIAL ${this.place}/dev/${name}") echo "${serialOf(name)}" ;;`);
    this.program(
      "lsblk",
      `case "$*" in
  *--nodeps*NAME,TYPE) printf '${rows}\\n' ;;
  ${serials.join("\n  ")}
  *SERIAL* | *WWN*) ;;
  *NAME,TYPE*) for last; do :; done; echo "$last disk" ;;
  *) exec /usr/bin/lsblk "$@" ;;
esac`,
    );
    for (const name of ["pvs", "mdadm", "dmsetup", "udevadm"]) this.program(name, "");
  }

  /** A program that a script finds before the machine's own. */
  program(name: string, text: string): void {
    const path = join(this.place, "bin", name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
  }

  device(name: string): string {
    return this.#devices.get(name)!;
  }

  fill(name: string, byte = 0x5a): void {
    writeFileSync(this.device(name), Buffer.alloc(LOOP_BYTES, byte));
    execFileSync("blockdev", ["--flushbufs", this.device(name)]);
  }

  /** How many bytes of it are not zero. */
  left(name: string): number {
    const bytes = execFileSync("dd", [`if=${this.device(name)}`, "bs=4M", "iflag=direct", "status=none"], {
      maxBuffer: 2 * LOOP_BYTES,
    });
    return bytes.length - bytes.filter((byte) => byte === 0).length;
  }

  /** A script as a live hand would run it. */
  fitted(script: string): string {
    return script
      .replaceAll("/dev/", `${this.place}/dev/`)
      .replaceAll("/sys/block", join(this.place, "sys"))
      .replaceAll("/run/", `${this.place}/run/`)
      .replaceAll("PATH=/usr/sbin", `PATH=${join(this.place, "bin")}:/usr/sbin`);
  }

  /** In a mount namespace of its own, after `before`. */
  run(script: string, before = ""): { readonly code: number | null; readonly output: string } {
    const whole = `set -e\n${before}\n${this.fitted(script)}`;
    const { status, stdout, stderr } = spawnSync("unshare", ["--mount", "sh"], {
      ...{ input: whole, encoding: "utf8" },
    });
    return { code: status, output: stdout + stderr };
  }

  close(): void {
    for (const device of this.#devices.values()) execFileSync("losetup", ["--detach", device]);
    rmSync(this.place, { recursive: true, force: true });
  }

  #add(name: string): void {
    const file = join(this.place, `${name}.img`);
    writeFileSync(file, "");
    truncateSync(file, LOOP_BYTES);
    const device = execFileSync("losetup", ["--find", "--show", file], { encoding: "utf8" }).trim();
    this.#devices.set(name, device);
    symlinkSync(device, join(this.place, "dev", name));
    symlinkSync(device.replace("/dev/", "/sys/block/"), join(this.place, "sys", name));
  }
}

export const serialOf = (name: string): string => `WIPE-${name}`;
