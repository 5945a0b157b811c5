import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "./free-port.ts";

export const noSshd =
  process.getuid?.() !== 0
    ? "sshd lets in nobody but its own user, unless it is root's"
    : !existsSync("/usr/sbin/sshd")
      ? "no sshd (package openssh-server)"
      : undefined;

export type Sshd = {
  readonly port: number;
  readonly pid: number;
  /** It comes back on the same port as another host. */
  newHostKey(): Promise<void>;
  stop(): Promise<void>;
};

type Wish = {
  readonly place: string; // a directory of its caller's: `host` is its key, `host.pub` what clients know
  readonly settings: readonly string[]; // lines of sshd_config
  readonly files?: readonly string[]; // of /etc, which for this sshd are those of the same name in `place`
};

/** A real sshd on a port of loopback, in a mount namespace of its own. */
export async function startSshd({ place, settings, files = [] }: Wish): Promise<Sshd> {
  const port = await freePort();
  writeFileSync(join(place, "sshd_config"), [...lines(place, port), ...settings, ""].join("\n"));
  makeKey(join(place, "host"));
  let sshd = await start(place, port, files);
  return {
    port,
    get pid() {
      return sshd.pid!;
    },
    newHostKey: async () => {
      await end(sshd);
      makeKey(join(place, "host"));
      sshd = await start(place, port, files);
    },
    stop: () => end(sshd),
  };
}

const lines = (place: string, port: number): string[] => [
  `ListenAddress 127.0.0.1:${port}`,
  `HostKey ${place}/host`,
  "PidFile none",
  "UsePAM no",
  "StrictModes no",
];

export function makeKey(path: string): void {
  rmSync(path, { force: true });
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path]);
}

/** Its own /run: sshd wants a directory there, and the machine keeps none of ours. */
const INSIDE = `set -e; place=$1; shift
for file; do mount --bind "$place/$file" "/etc/$file"; done
mount -t tmpfs tmpfs /run; mkdir -m 755 /run/sshd; exec /usr/sbin/sshd -D -e -f "$place/sshd_config"`;

async function start(place: string, port: number, files: readonly string[]): Promise<ChildProcess> {
  const sshd = spawn("unshare", ["--mount", "sh", "-c", INSIDE, "sh", place, ...files], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  sshd.stderr.on("data", (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-10_000);
  });
  // read from the kernel's table: who connects to see whether it listens is shut out by newer ones
  const listens = ` 0100007F:${port.toString(16).toUpperCase().padStart(4, "0")} 00000000:0000 0A`;
  for (const until = Date.now() + 10_000; Date.now() < until && sshd.exitCode === null; await pause(20)) {
    if (readFileSync("/proc/net/tcp", "latin1").includes(listens)) return sshd;
  }
  sshd.kill("SIGKILL");
  throw new Error(`sshd does not listen: ${said}`);
}

/** The one that listens: a session is a process of its own, and ends with its connection. */
async function end(sshd: ChildProcess): Promise<void> {
  if (sshd.exitCode !== null || sshd.signalCode !== null) return;
  const gone = once(sshd, "exit");
  sshd.kill("SIGTERM");
  await gone;
}
