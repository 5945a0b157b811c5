import { Fault } from "../base/fault.ts";
import { gone, type Program, type Start } from "../process/program.ts";
import { startProgram } from "../process/start-program.ts";
import type { Bmc, BmcAddress, ConsoleEars, PowerState, SolSession } from "./bmc.ts";
import { type Clock, realClock } from "./clock.ts";
import { type Commands, complaintOf, type Ended, fill, readStatus } from "./core/command-says.ts";
import { actAndConfirm, type ToldAct } from "./power.ts";
import { refused, understood } from "./refusals.ts";
import { makeTurns } from "./turns.ts";

const MOST_WAITING = 16;
const MOST_OUTPUT = 64 * 1024;
const MOST_TYPED_AHEAD = 256 * 1024;
const LETS_GO_WITHIN_MS = 3000;

export type CommandOptions = {
  readonly commands: Commands;
  readonly start?: Start;
  readonly clock?: Clock;
};

/** Whatever programs turn a machine on and off: a PDU's, `virsh`, `wakeonlan` with `ping`. */
export function command(at: BmcAddress, options: CommandOptions): Bmc {
  const { commands, start = startProgram, clock = realClock } = options;
  const tooMany = () => refused(at, "this", `${MOST_WAITING} requests wait for it already`);
  const acts = makeTurns(MOST_WAITING, tooMany);
  const needs = { at, start, withinMs: commands.withinSeconds * 1000 };
  const run = (template: readonly string[], signal?: AbortSignal) =>
    runProgram(needs, fill(template, at), signal);

  const power = async (signal?: AbortSignal): Promise<PowerState> =>
    understood(at, "power status", readStatus(await run(commands.status, signal), commands));

  async function tell(act: ToldAct, signal?: AbortSignal): Promise<void> {
    const template = commands[act];
    if (template === undefined && act === "cycle") {
      await actAndConfirm({ machine: at.machine, clock, read: power, tell }, "off", signal);
      return tell("on", signal);
    }
    if (template === undefined) {
      throw new Fault("bmc.cannot", { machine: at.machine, what: `do power ${act}`, speaks: "its command" });
    }
    const ended = await run(template, signal);
    if (ended.status !== 0) throw refused(at, `power ${act}`, complaintOf(ended));
  }

  return {
    speaks: "commands",
    power,
    act: (asked, signal, soft) =>
      acts(() => actAndConfirm({ machine: at.machine, clock, read: power, tell }, asked, signal, soft)),
    ...(commands.console !== undefined && {
      openConsole: async (on: ConsoleEars, signal?: AbortSignal) => {
        signal?.throwIfAborted();
        const [program, ...rest] = fill(commands.console!, at);
        return openProgram({ at, start }, [program, ...rest], on);
      },
    }),
  };
}

/** In a group of its own, so that what it started ends with it. The password is in its environment alone. */
const howToStart = ({ password }: BmcAddress, input: "pipe" | "ignore") => ({
  env: { PATH: process.env.PATH, LC_ALL: "C", RACKHAND_BMC_PASSWORD: password },
  stdio: [input, "pipe", "pipe"] as ["pipe" | "ignore", "pipe", "pipe"],
  detached: true,
});

type Needs = { readonly at: BmcAddress; readonly start: Start; readonly withinMs: number };

function runProgram({ at, start, withinMs }: Needs, argv: [string, ...string[]], signal?: AbortSignal) {
  signal?.throwIfAborted();
  return new Promise<Ended>((resolve, reject) => {
    const program = start(argv, howToStart(at, "ignore"));
    const heard = { out: "", err: "" };
    let isLate = false;
    const hear = (stream: "out" | "err") => (bytes: Buffer) => {
      if (heard[stream].length < MOST_OUTPUT) heard[stream] += bytes.toString("utf8");
    };
    const abort = () => killGroup(program);
    const limit = setTimeout(() => {
      isLate = true;
      killGroup(program);
    }, withinMs);
    signal?.addEventListener("abort", abort, { once: true });
    program.stdout!.on("data", hear("out"));
    program.stderr!.on("data", hear("err"));
    const over = () => {
      clearTimeout(limit);
      signal?.removeEventListener("abort", abort);
    };
    program.once("error", (failure) => {
      over();
      reject(refused(at, argv[0], failure.message, failure));
    });
    program.once("close", (status) => {
      over();
      if (signal?.aborted) reject(signal.reason);
      else if (isLate) reject(refused(at, argv[0], `it did not end within ${withinMs / 1000} s`));
      else resolve({ status, ...heard });
    });
  });
}

function killGroup(program: Program): void {
  if (program.pid === undefined) return;
  try {
    process.kill(-program.pid, "SIGKILL");
  } catch {
    program.kill("SIGKILL"); // its group is gone: it ended meanwhile
  }
}

/** A program as a serial line. */
function openProgram(
  { at, start }: Pick<Needs, "at" | "start">,
  argv: [string, ...string[]],
  on: ConsoleEars,
): Promise<SolSession> {
  let closed = false;
  const heard = (bytes: Uint8Array) => closed || on.bytes(bytes);
  const program = start(argv, { ...howToStart(at, "pipe"), heard });
  let errors = "";
  const end = (why: string) => {
    if (closed) return;
    closed = true;
    killGroup(program);
    on.ended(why);
  };
  program.stdin!.on("error", () => {}); // it has ended, and its end is told
  program.stderr!.on("data", (bytes: Buffer) => {
    errors = (errors + bytes.toString("utf8")).slice(-4096);
  });
  const session: SolSession = {
    write: (bytes) => {
      if (closed) return;
      if (program.stdin!.writableLength > MOST_TYPED_AHEAD) end("it takes no more of what is typed");
      else program.stdin!.write(bytes);
    },
    sendBreak: () => {}, // a pipe has none
    close: async () => {
      closed = true;
      if (program.exitCode !== null || program.signalCode !== null) return;
      const ended = gone(program);
      program.stdin!.end();
      const limit = setTimeout(() => killGroup(program), LETS_GO_WITHIN_MS);
      await ended;
      clearTimeout(limit);
    },
  };
  return new Promise((resolve, reject) => {
    program.once("error", (failure) => reject(refused(at, "console", failure.message, failure)));
    program.once("spawn", () => resolve(session));
    program.once("close", (status) => end(complaintOf({ status, out: "", err: errors })));
  });
}
