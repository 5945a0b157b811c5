import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "../base/fault.ts";
import { gone, type Program } from "../process/program.ts";
import { startProgram } from "../process/start-program.ts";
import { sshTrouble } from "./core/ssh-says.ts";

export type SshOptions = {
  readonly config?: string; // a file instead of ~/.ssh/config
  /** A host that was never seen: refused, unless its first key is to be remembered as `ssh` would after a yes. */
  readonly firstKey?: "refused" | "remembered";
  readonly connectsWithinMs?: number; // until its sshd says the first word
  readonly letsInWithinMs?: number; // from the first ssh on until a command may run
};
/** An open connection that commands share. */
export type SshLine = {
  readonly name: string;
  argv(words: string): readonly [string, ...string[]]; // of an ssh that says the words to the login shell there
  close(): Promise<void>;
  drop(): void; // it is lost, even if nobody noticed yet
};

type Events = { readonly ended: () => void; readonly closing: AbortSignal };

/** A busy host, or one that looks up who comes where no name server answers, is slow and there. */
const CONNECTS_WITHIN_MS = 30_000;
const LETS_IN_WITHIN_MS = 90_000; // below sshd's own LoginGraceTime
const GOES_WITHIN_MS = 2000;
const MOST_WORDS = 16 * 1024;

const SAFE = [
  "BatchMode=yes", // nobody is there to be asked
  "UpdateHostKeys=no",
  "ServerAliveInterval=15",
  "ServerAliveCountMax=3",
  "ForwardAgent=no",
  "ForwardX11=no",
  "ClearAllForwardings=yes",
  "PermitLocalCommand=no",
  "RemoteCommand=none",
  "RequestTTY=no",
  "EscapeChar=none",
  "ControlPersist=no",
  "LogLevel=ERROR",
];
const asked = (options: readonly string[]): string[] => options.flatMap((option) => ["-o", option]);

/**
 * One ssh of ours holds the connection, and a `cat` there holds that ssh: it ends with us, however we end. One that is
 * not let in has connected once, and once only: OpenSSH 9.8 and later shuts out who comes again and again.
 */
export async function openLine(name: string, options: SshOptions, on: Events): Promise<SshLine> {
  on.closing.throwIfAborted();
  const { config, firstKey = "refused" } = options;
  const { connectsWithinMs = CONNECTS_WITHIN_MS, letsInWithinMs = LETS_IN_WITHIN_MS } = options;
  const place = await mkdtemp(join(tmpdir(), "rackhand-ssh-")); // short: a socket's path has 107 bytes
  const socket = join(place, "s");
  const words = [
    ...(config === undefined ? [] : ["-F", config]),
    ...asked([...SAFE, `StrictHostKeyChecking=${firstKey === "refused" ? "yes" : "accept-new"}`]),
    ...asked([`ConnectTimeout=${Math.ceil(connectsWithinMs / 1000)}`, "ControlMaster=yes"]),
  ];
  const ssh = startProgram(["ssh", ...words, "-S", socket, "--", name, "echo rackhand; exec cat"], {
    stdio: ["pipe", "pipe", "pipe"],
    detached: true, // ctrl-C is for us: what runs there is ended through this very connection
    env: { ...process.env, LC_ALL: "C" },
  });
  const ended = gone(ssh);
  let errors = "";
  ssh.stdin!.on("error", () => {}); // its end is what is heard
  ssh.stderr!.on("data", (bytes: Buffer) => {
    errors = (errors + bytes.toString("latin1")).slice(-MOST_WORDS);
  });
  const close = async () => {
    ssh.stdin!.end();
    const limit = setTimeout(() => ssh.kill("SIGKILL"), GOES_WITHIN_MS);
    await ended;
    clearTimeout(limit);
    await rm(place, { recursive: true, force: true });
  };
  const drop = () => {
    on.ended();
    void close();
  };
  const stop = () => ssh.kill("SIGKILL");
  on.closing.addEventListener("abort", stop, { once: true });
  try {
    await opened(ssh, letsInWithinMs);
  } catch (error) {
    stop();
    on.ended();
    await rm(place, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw sshFault(name, errors, error);
    throw new Fault("setup.package-missing", { what: "ssh", missing: "ssh", packages: "openssh-client" });
  }
  on.closing.removeEventListener("abort", stop); // from now on it is asked to close
  void ended.then(drop);
  // -F none: all was said when the line was opened; without the line there is no other way
  const shared = ["-F", "none", "-S", socket, ...asked([...SAFE, "ControlMaster=no", "ProxyCommand=false"])];
  return { name, close, drop, argv: (there) => ["ssh", ...shared, "--", "line", there] };
}

function opened(ssh: Program, withinMs: number): Promise<void> {
  return new Promise((settle, refuse) => {
    const limit = setTimeout(
      () => refuse(new Error(`it lets nobody in within ${withinMs / 1000} s`)),
      withinMs,
    );
    const done = (act: () => void) => {
      clearTimeout(limit);
      act();
    };
    let said = "";
    ssh.stdout!.on("data", (bytes: Buffer) => {
      said = (said + bytes.toString("latin1")).slice(-MOST_WORDS);
      if (/^rackhand\r?$/m.test(said)) done(settle);
    });
    ssh.once("error", (error) => done(() => refuse(error)));
    ssh.once("close", () => done(() => refuse(new Error(said.trim().split("\n").at(-1)))));
  });
}

function sshFault(host: string, errors: string, error: unknown): Fault {
  const said = errors.trim() === "" ? String((error as Error).message) : errors;
  const { is, why } = sshTrouble(said);
  return new Fault(`host.${is}`, { host, why }, error);
}
