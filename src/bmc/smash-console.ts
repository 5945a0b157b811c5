import { gone, type Program } from "../process/program.ts";
import type { BmcAddress, ConsoleEars, SolSession } from "./bmc.ts";
import {
  CONSOLE,
  type Entry,
  enter,
  FIRST_ENTRY,
  isPrompt,
  LEAVE,
  refusalIn,
  sshTroubleOf,
} from "./core/smash-says.ts";
import { refused } from "./refusals.ts";
import { type SshNeeds, sshFault, sshNotStarted, startSsh } from "./ssh-call.ts";

const ATTACHED_WITHIN_MS = 30_000;
const LETS_GO_WITHIN_MS = 3000;
const MOST_TYPED_AHEAD = 256 * 1024;

/** `cd /system1/sol1`, `start`; attached when the shell has said how to leave. */
export async function openSmashConsole(
  needs: SshNeeds,
  on: ConsoleEars,
  signal?: AbortSignal,
): Promise<SolSession> {
  signal?.throwIfAborted();
  const session = new SmashSession(needs.at, await startSsh(needs), on);
  try {
    await session.attach(signal);
  } catch (failure) {
    await session.close();
    throw failure;
  }
  return session;
}

class SmashSession implements SolSession {
  readonly #at: BmcAddress;
  readonly #ssh: Program;
  readonly #on: ConsoleEars;
  #entry: Entry = FIRST_ENTRY;
  #errors = "";
  #closed = false;
  #lastTyped = 0;

  constructor(at: BmcAddress, ssh: Program, on: ConsoleEars) {
    this.#at = at;
    this.#ssh = ssh;
    this.#on = on;
    ssh.stdin!.on("error", () => {}); // it has ended, and its end is told below
    ssh.stderr!.on("data", (bytes: Buffer) => {
      this.#errors = (this.#errors + bytes.toString("latin1")).slice(-4096);
    });
  }

  attach(signal?: AbortSignal): Promise<void> {
    const ssh = this.#ssh;
    const commands = [`cd ${CONSOLE}`, "start"];
    return new Promise((resolve, reject) => {
      const give = (failure: unknown) => {
        clearTimeout(limit);
        signal?.removeEventListener("abort", abort);
        reject(failure);
      };
      const abort = () => give(signal?.reason);
      const limit = setTimeout(() => {
        give(
          refused(this.#at, "console", `the shell did not start it within ${ATTACHED_WITHIN_MS / 1000} s`),
        );
      }, ATTACHED_WITHIN_MS);
      signal?.addEventListener("abort", abort, { once: true });
      ssh.once("error", (failure) => give(sshNotStarted(failure)));
      ssh.once("close", () => {
        give(sshFault(this.#at, "console", this.#errors));
        this.#end();
      });
      ssh.stdout!.on("data", (bytes: Buffer) => {
        const said = this.#hear(bytes);
        if (this.#entry.at !== "shell") {
          clearTimeout(limit);
          signal?.removeEventListener("abort", abort);
          resolve();
        } else if (isPrompt(this.#entry.heard)) {
          const refusal = commands.length === 2 ? undefined : refusalIn(this.#entry.heard);
          const next = commands.shift();
          this.#entry = FIRST_ENTRY;
          if (refusal === undefined && next !== undefined) ssh.stdin!.write(`${next}\r`);
          else give(refused(this.#at, "console", refusal ?? "the shell came back to its prompt"));
        }
        if (said.length > 0 && !this.#closed) this.#on.bytes(said);
      });
    });
  }

  write(bytes: Uint8Array): void {
    if (this.#closed || bytes.length === 0) return;
    this.#lastTyped = bytes.at(-1)!;
    if (this.#ssh.stdin!.writableLength > MOST_TYPED_AHEAD)
      this.#end("the BMC takes no more of what is typed");
    else this.#ssh.stdin!.write(bytes);
  }

  /** This shell has no key for it. */
  sendBreak(): void {}

  async close(): Promise<void> {
    this.#closed = true;
    const ssh = this.#ssh;
    if (ssh.exitCode !== null || ssh.signalCode !== null || ssh.pid === undefined) return;
    const ended = gone(ssh);
    const limit = setTimeout(() => ssh.kill("SIGKILL"), LETS_GO_WITHIN_MS);
    // a session that is cut off instead stays busy at the BMC; its Enter is not typed twice
    const keys = this.#lastTyped === LEAVE[0] ? LEAVE.subarray(1) : LEAVE;
    if (this.#entry.at !== "shell") ssh.stdin!.write(keys);
    ssh.stdin!.end("exit\r");
    await ended;
    clearTimeout(limit);
  }

  #hear(bytes: Buffer): Uint8Array {
    const [said, entry] = enter(bytes.toString("latin1"), this.#entry);
    this.#entry = entry;
    return Buffer.from(said, "latin1");
  }

  #end(why = sshTroubleOf(this.#errors).why): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ssh.kill("SIGTERM");
    if (this.#entry.at !== "shell") this.#on.ended(why);
  }
}
