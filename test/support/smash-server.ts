import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { startSshd } from "./sshd.ts";

export type SmashServer = {
  readonly port: number;
  readonly state: string;
  line(): Duplex; // the machine's end of the serial line
  newHostKey(): Promise<void>;
  endSessions(): void;
  stop(): Promise<void>;
};

/** A real sshd on a loopback port, with users and passwords of its own, whose only shell is a BMC's. */
export async function startSmash(user: { name: string; password: string }): Promise<SmashServer> {
  const state = mkdtempSync(join(tmpdir(), "smash-"));
  const hash = execFileSync("openssl", ["passwd", "-6", user.password], { encoding: "utf8" }).trim();
  // root's uid, so that the shell may change its state; "sshd" is whom the part before the login runs as
  const nobody = "sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n";
  writeFileSync(join(state, "passwd"), `${user.name}:x:0:0::/:/bin/sh\nroot:x:0:0::/:/bin/sh\n${nobody}`);
  writeFileSync(join(state, "shadow"), `${user.name}:${hash}:1:0:99999:7:::\n`, { mode: 0o600 });
  const line = await openLine(join(state, "line"));
  const sshd = await startSshd({ place: state, settings: settings(state), files: ["passwd", "shadow"] });
  return {
    port: sshd.port,
    state,
    line: () => line.machine(),
    newHostKey: sshd.newHostKey,
    endSessions: () => line.hangUp(),
    stop: async () => {
      await sshd.stop();
      await line.close();
      rmSync(state, { recursive: true });
    },
  };
}

const settings = (state: string): string[] => [
  "PasswordAuthentication yes",
  "PermitRootLogin yes",
  `ForceCommand ${process.execPath} ${join(import.meta.dirname, "smash-shell.mjs")} ${state}`,
];

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
