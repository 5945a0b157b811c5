import { setTimeout as pause } from "node:timers/promises";
import { Fault, reason } from "../base/fault.ts";
import type { Read } from "../base/read.ts";
import { gone, type Program, type Start } from "../process/program.ts";
import type { BmcAddress, ConsoleEars, SolSession } from "./bmc.ts";
import { NO_OWNER, type Trouble, troubleOf } from "./core/ipmitool-says.ts";
import { BREAK_KEYS, ESCAPE, FIRST_KEYS, guard, type Strip, strip } from "./core/sol-keys.ts";
import { type CipherSuite, callOf, faultOf, notStarted, secretly } from "./ipmitool-call.ts";

const OPERATIONAL = /\[SOL Session operational\..*\n/;
const AGAIN_AFTER_MS = [1000, 2000, 4000, 8000, 16_000, 30_000]; // a BMC may need a minute to free a session
const ATTACHED_WITHIN_MS = 20_000;
const LETS_GO_WITHIN_MS = 3000;
const SILENT_TIMES = 2;
const MOST_TYPED_AHEAD = 256 * 1024;

export type SolNeeds = {
  readonly at: BmcAddress;
  readonly start: Start;
  cipher(): CipherSuite;
  deactivate(): Promise<unknown>;
  owner(): Promise<Read<string>>; // whose the console is now
  readonly ownerAskedEveryMs: number;
  readonly on: ConsoleEars;
};

/** Attached, or a fault; a session that somebody else left behind is deactivated first. */
export async function openSol(needs: SolNeeds, signal?: AbortSignal): Promise<SolSession> {
  const session = new Sol(needs);
  await session.attach(signal);
  return session;
}

class Sol implements SolSession {
  readonly #needs: SolNeeds;
  #tool: Attached | undefined;
  #typedAhead: Uint8Array[] | undefined; // while the session is opened anew for a break
  #opening: Promise<void> = Promise.resolve();
  #watch: (() => void) | undefined; // ends it
  #closed = false;
  #isOpen = false;
  #early: string | undefined; // why it ended before its opener had it

  constructor(needs: SolNeeds) {
    this.#needs = needs;
  }

  async attach(signal?: AbortSignal): Promise<void> {
    const ears = { bytes: this.#needs.on.bytes, ended: (why: string) => this.#end(why) };
    for (const wait of [...AGAIN_AFTER_MS, undefined]) {
      const got = await activate(this.#needs, ears, signal);
      if ("write" in got) {
        this.#tool = got;
        this.#watch = await watchOwner(this.#needs, (why) => this.#end(why));
        if (this.#closed) this.#watch(); // it ended meanwhile
        if (this.#early !== undefined)
          throw faultOf({ is: "failed", why: this.#early }, this.#needs.at, "console");
        this.#isOpen = true;
        return;
      }
      const mayPass = got.is === "console-taken" || got.is === "busy";
      if (!mayPass || wait === undefined) throw faultOf(got, this.#needs.at, "console");
      // "already de-activated" is as good; activate will tell
      await this.#needs.deactivate().catch(() => undefined);
      await pause(wait, undefined, signal && { signal });
    }
  }

  write(bytes: Uint8Array): void {
    if (this.#typedAhead !== undefined) this.#typedAhead.push(bytes);
    else if (this.#tool?.write(bytes) === false) this.#end("the BMC takes no more of what is typed");
  }

  /**
   * ipmitool knows its escape only at a line's start. Elsewhere the session is opened anew, for half a
   * second, rather than type an Enter that the person did not: a half-typed command would run. Until then,
   * further breaks are one.
   */
  sendBreak(): void {
    if (this.#tool?.sendBreak() !== false || this.#typedAhead !== undefined) return;
    this.#typedAhead = [];
    this.#opening = this.#anew().catch((failure: unknown) => this.#end(reason(failure)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#watch?.();
    await this.#opening;
    await this.#tool?.close();
  }

  async #anew(): Promise<void> {
    this.#watch?.();
    const old = this.#tool;
    this.#tool = undefined;
    await old?.close();
    await this.attach();
    if (this.#closed) return this.#tool!.close();
    this.#tool!.sendBreak();
    const ahead = this.#typedAhead ?? [];
    this.#typedAhead = undefined;
    for (const bytes of ahead) this.write(bytes);
  }

  #end(why: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#watch?.();
    void this.#tool?.close();
    if (this.#isOpen) this.#needs.on.ended(why);
    else this.#early = why;
  }
}

/**
 * A session that another client deactivated goes on without a byte, and ipmitool takes minutes to be sure
 * that a BMC is gone. So the BMC is asked whose the console is; one that cannot tell is believed.
 */
async function watchOwner(needs: SolNeeds, lost: (why: string) => void): Promise<() => void> {
  const ask = () => needs.owner().catch((failure: unknown) => failure);
  const first = ownerIn(await ask());
  const ours = first === NO_OWNER ? undefined : first;
  let silent = 0;
  let over = false;
  const again = setInterval(async () => {
    const answer = await ask();
    if (over) return;
    silent = answer instanceof Fault && answer.id === "bmc.unreachable" ? silent + 1 : 0;
    const now = ownerIn(answer);
    if (silent === SILENT_TIMES) lost("the BMC does not answer any more");
    else if (ours === undefined || now === undefined || now === ours) return;
    else lost(now === NO_OWNER ? "the BMC closed the session" : "another client took the console over");
  }, needs.ownerAskedEveryMs);
  return () => {
    over = true;
    clearInterval(again);
  };
}

/** `undefined`: it could not tell. */
const ownerIn = (answer: unknown): string | undefined => {
  const read = answer instanceof Error ? undefined : (answer as Read<string>);
  return read?.ok ? read.value : undefined;
};

type Attached = { write(bytes: Uint8Array): boolean; sendBreak(): boolean; close(): Promise<void> };

/** One `ipmitool sol activate`: attached when it says so, or why not. */
async function activate(needs: SolNeeds, on: ConsoleEars, signal?: AbortSignal): Promise<Attached | Trouble> {
  signal?.throwIfAborted();
  // Kept alive by Get Device ID, ipmitool's default: a BMC need not acknowledge the empty SOL packets of
  // `usesolkeepalive` (ipmi_sim does not), and ipmitool then gives the session up after 42 s.
  const words = ["-e", String.fromCharCode(ESCAPE), "sol", "activate"];
  // line-buffered, or the banner waits in ipmitool until the machine says something
  const argv = ["stdbuf", "-oL", ...callOf(needs.at, needs.cipher(), words)] as const;
  // detached: ctrl-C in our terminal must not take the session away before we close it
  const tool = needs.start(argv, {
    env: secretly(needs.at),
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const errors = lastErrors(tool);
  const closed = gone(tool);
  const abort = () => void letGo(tool, closed);
  signal?.addEventListener("abort", abort, { once: true });
  const limit = setTimeout(() => tool.kill("SIGKILL"), ATTACHED_WITHIN_MS);
  try {
    const first = await banner(tool);
    signal?.throwIfAborted();
    if (first === undefined) return troubleOf(errors());
    return attached({ tool, closed, first, errors, on });
  } finally {
    clearTimeout(limit);
    signal?.removeEventListener("abort", abort);
  }
}

/** What came after the banner, with the banner; `undefined` when it ended without. */
function banner(tool: Program): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    let heard = Buffer.alloc(0);
    const hear = (bytes: Buffer) => {
      heard = Buffer.concat([heard, bytes]);
      const match = OPERATIONAL.exec(heard.toString("latin1"));
      if (match === null) return;
      tool.stdout!.off("data", hear).pause(); // whoever listens next resumes it: nothing is lost between
      resolve(heard.subarray(match.index + match[0].length));
    };
    tool.stdout!.on("data", hear);
    tool.once("close", () => resolve(undefined));
    tool.once("error", (failure) => reject(notStarted(failure)));
  });
}

type Line = {
  tool: Program;
  closed: Promise<void>;
  first: Uint8Array;
  errors(): string;
  on: ConsoleEars;
};

function attached({ tool, closed, first, errors, on }: Line): Attached {
  let keys = FIRST_KEYS;
  let stripping: Strip = { left: 0, kept: new Uint8Array() };
  let ours = false; // the end is
  const hear = (bytes: Uint8Array) => {
    const [said, then] = strip(bytes, stripping);
    stripping = then;
    if (said.length > 0) on.bytes(said);
  };
  tool.stdin!.on("error", () => {}); // it ended while we wrote: "close" follows and tells
  hear(first);
  tool.stdout!.on("data", hear).resume();
  void closed.then(() => ours || on.ended(troubleOf(errors()).why));
  return {
    write: (bytes) => {
      const [sent, then] = guard(bytes, keys);
      keys = then;
      tool.stdin!.write(sent);
      return tool.stdin!.writableLength <= MOST_TYPED_AHEAD;
    },
    sendBreak: () => {
      if (!keys.atLineStart) return false;
      stripping = { ...stripping, left: stripping.left + 1 };
      return tool.stdin!.write(BREAK_KEYS) || true;
    },
    close: () => {
      ours = true;
      return letGo(tool, closed);
    },
  };
}

/** The end of its input makes ipmitool deactivate the session and leave. */
async function letGo(tool: Program, closed: Promise<void>): Promise<void> {
  tool.stdin?.end();
  const limit = setTimeout(() => tool.kill("SIGKILL"), LETS_GO_WITHIN_MS);
  await closed;
  clearTimeout(limit);
}

/**
 * The last lines it wrote as errors, without the complaint that its input is no terminal, which is so on
 * purpose.
 */
function lastErrors(tool: Program): () => string {
  let errors = "";
  tool.stderr!.on("data", (bytes: Buffer) => {
    errors = (errors + bytes.toString("latin1")).slice(-4096);
  });
  return () => errors.replace(/^tcgetattr: .*$/m, "");
}
