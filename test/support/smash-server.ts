import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";

export type SmashServer = {
  readonly port: number;
  readonly state: string;
  line(): Duplex; // the machine's end of the serial line
  newHostKey(): Promise<void>;
  endSessions(): void;
  stop(): Promise<void>;
};

export const noSmash =
  process.getuid?.() !== 0
    ? "sshd asks for passwords as root only"
    : !existsSync("/usr/sbin/sshd")
      ? "no sshd (package openssh-server)"
      : undefined;

/** A real sshd on a loopback port, with users and passwords of its own, whose only shell is a BMC's. */
export async function startSmash(user: { name: string; password: string }): Promise<SmashServer> {
  const state = mkdtempSync(join(tmpdir(), "smash-"));
  const port = await freePort();
  makeHostKey(state);
  const hash = execFileSync("openssl", ["passwd", "-6", user.password], { encoding: "utf8" }).trim();
  // root's uid, so that the shell may change its state; "sshd" is whom the part before the login runs as
  const nobody = "sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n";
  writeFileSync(join(state, "passwd"), `${user.name}:x:0:0::/:/bin/sh\nroot:x:0:0::/:/bin/sh\n${nobody}`);
  writeFileSync(join(state, "shadow"), `${user.name}:${hash}:1:0:99999:7:::\n`, { mode: 0o600 });
  writeFileSync(join(state, "sshd_config"), config(state, port));
  const line = await openLine(join(state, "line"));
  let sshd = await startSshd(state, port);
  return {
    port,
    state,
    line: () => line.machine(),
    newHostKey: async () => {
      await end(sshd);
      makeHostKey(state);
      sshd = await startSshd(state, port);
    },
    endSessions: () => line.hangUp(),
    stop: async () => {
      await end(sshd);
      await line.close();
      rmSync(state, { recursive: true });
    },
  };
}

const config = (state: string, port: number) => `ListenAddress 127.0.0.1:${port}
HostKey ${state}/key
PidFile none
UsePAM no
PasswordAuthentication yes
PermitRootLogin yes
StrictModes no
ForceCommand ${process.execPath} ${join(import.meta.dirname, "smash-shell.mjs")} ${state}
`;

function makeHostKey(state: string): void {
  rmSync(join(state, "key"), { force: true });
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(state, "key")]);
}

const INSIDE = `mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/shadow" /etc/shadow &&
mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd && exec /usr/sbin/sshd -D -e -f "$1/sshd_config"`;

async function startSshd(state: string, port: number) {
  const sshd = spawn("unshare", ["--mount", "sh", "-c", INSIDE, "sh", state], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  sshd.stderr.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
  const listens = ` 0100007F:${port.toString(16).toUpperCase().padStart(4, "0")} 00000000:0000 0A`;
  for (const until = Date.now() + 10_000; Date.now() < until && sshd.exitCode === null; await pause(20)) {
    if (readFileSync("/proc/net/tcp", "latin1").includes(listens)) return sshd;
  }
  sshd.kill("SIGKILL");
  throw new Error(`sshd does not listen: ${said}`);
}

/** The one that listens, then those that serve: a session is a process of its own. */
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

/** The machine's serial port: the shell of whoever has the console is at the other end. */
async function openLine(path: string) {
  let shell: Socket | undefined;
  let machine: Duplex | undefined;
  const server = createServer((socket) => {
    shell = socket;
    socket.on("data", (bytes) => machine?.push(bytes));
    socket.on("error", () => {});
    socket.once("close", () => {
      if (shell === socket) shell = undefined; // else the next one is there already
    });
  }).listen(path);
  await once(server, "listening");
  return {
    machine: () => {
      machine = new Duplex({
        read: () => {},
        write: (chunk: Buffer, _, done) => {
          const give = (to: Socket) => to.write(chunk, () => done());
          if (shell !== undefined) give(shell);
          else server.once("connection", give); // its shell has connected, and is not heard of here yet
        },
      });
      return machine;
    },
    hangUp: () => {
      if (shell !== undefined) shell.destroy();
      else server.once("connection", (late) => late.destroy()); // as above
    },
    close: async () => {
      shell?.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
