import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** A real sshd on loopback that lets one key in, as root; and the ssh_config that knows the way. */
export type SshServer = {
  readonly port: number;
  readonly place: string; // a directory of its own, for what a test needs besides
  readonly config: string; // a file for `ssh -F`: hosts `one`, and `one-1` … for as many names of the same
  readonly pid: number;
  newHostKey(): Promise<void>;
  stop(): Promise<void>;
};

export const noSshd =
  process.getuid?.() !== 0
    ? "sshd lets in nobody but its own user, unless it is root's"
    : !existsSync("/usr/sbin/sshd")
      ? "no sshd (package openssh-server)"
      : undefined;

/** `settings` are lines of sshd_config: SetEnv, ForceCommand. */
export async function startSshServer(settings: readonly string[] = []): Promise<SshServer> {
  const place = mkdtempSync(join(tmpdir(), "sshd-"));
  const port = await freePort();
  makeKey(join(place, "host"));
  makeKey(join(place, "user"));
  know(place);
  writeFileSync(join(place, "sshd_config"), serverConfig(place, port, settings));
  writeFileSync(join(place, "ssh_config"), clientConfig(place, port));
  let sshd = await start(place, port);
  return {
    port,
    place,
    config: join(place, "ssh_config"),
    get pid() {
      return sshd.pid!;
    },
    newHostKey: async () => {
      await end(sshd);
      makeKey(join(place, "host"));
      sshd = await start(place, port);
    },
    stop: async () => {
      await end(sshd);
      rmSync(place, { recursive: true, maxRetries: 5 });
    },
  };
}

const serverConfig = (place: string, port: number, settings: readonly string[]) => `
ListenAddress 127.0.0.1:${port}
HostKey ${place}/host
AuthorizedKeysFile ${place}/user.pub
PidFile none
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
StrictModes no
MaxStartups 100
${settings.join("\n")}
`;

const clientConfig = (place: string, port: number) => `
Host one one-*
  HostName 127.0.0.1
  Port ${port}
  User root
  HostKeyAlias one
  IdentityFile ${place}/user
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile ${place}/known_hosts
  GlobalKnownHostsFile none
`;

function makeKey(path: string): void {
  rmSync(path, { force: true });
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path]);
}

function know(place: string): void {
  writeFileSync(join(place, "known_hosts"), `one ${readFileSync(join(place, "host.pub"), "utf8")}`);
}

/** Its own /run: sshd wants a directory there, and the machine keeps none of ours. */
const INSIDE = `mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd && exec /usr/sbin/sshd -D -e -f "$1/sshd_config"`;

async function start(place: string, port: number) {
  const sshd = spawn("unshare", ["--mount", "sh", "-c", INSIDE, "sh", place], {
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

async function end(sshd: ReturnType<typeof spawn>): Promise<void> {
  if (sshd.exitCode !== null || sshd.signalCode !== null) return;
  const gone = once(sshd, "exit");
  sshd.kill("SIGTERM");
  await gone;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
